import Glibc
import Loop

/// Decides what becomes of an accepted connection: which loop gets it, or that there is no room.
final class Reception: Sendable {
    private let shards: [Shard]
    private let settings: ServerSettings
    /// What a client hears for which there is no room.
    private let refusal: [UInt8]

    init(_ shards: [Shard], _ settings: ServerSettings) {
        self.shards = shards
        self.settings = settings
        let problem = Problem(.serviceUnavailable, "too_many_connections", detail: "no room for another connection")
        let length = problem.response.body.length ?? 0
        var bytes = Array("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n".utf8)
        bytes += Array("Retry-After: 1\r\nConnection: close\r\nContent-Length: \(length)\r\n\r\n".utf8)
        if case .bytes(let body) = problem.response.body { bytes += body }
        refusal = bytes
    }

    /// Called on the loop that accepted. With no `home` the connection goes to the loop that has the fewest.
    func receive(_ descriptor: Int32, at home: Shard?) {
        let open = shards.reduce(0) { $0 + $1.occupancy }
        guard open < settings.limits.connections else { return refuse(descriptor, home ?? shards[0]) }
        guard let shard = home ?? shards.min(by: { $0.occupancy < $1.occupancy }) else {
            preconditionFailure("a server without loops accepted a connection")
        }
        shard.give(descriptor)
    }

    private func refuse(_ descriptor: Int32, _ shard: Shard) {
        // A fresh socket takes these few bytes at once; a client that has gone already does not need them.
        _ = unsafe refusal.withUnsafeBytes { unsafe Socket.write(descriptor, from: $0) }
        Socket.shutdownSending(descriptor)
        Socket.close(descriptor)
        shard.counters.add(to: .refused)
        settings.observe(.connectionRefused)
    }
}
