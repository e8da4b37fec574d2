import Glibc
import Loop
import TestKit
import Wire

/// Many clients that read server-sent events at once, on one thread: HTTP/1.0, so that nothing stands between the events.
///
/// Its lane's thread alone touches what is stored; that is why `@unchecked` holds.
final class StreamCrowd: @unchecked Sendable {
    struct Received: Sendable {
        let id: String
        let name: String
        let data: JSONValue
    }

    struct Refused: Error { let head: String }

    private struct Client {
        let descriptor: Int32
        var bytes: [UInt8] = []
        var ids = 0
        var isOver = false
    }

    private let lane: Lane
    private let port: UInt16
    private var clients: [Client] = []

    init(port: UInt16) throws {
        lane = try Lane(name: "crowd")
        self.port = port
    }

    deinit { for client in clients { Glibc.close(client.descriptor) } }

    /// Connects one client for each of these, all of which read from now on.
    func connect(_ asked: [(path: String, token: String, last: String?)]) async throws {
        try await lane.run { [self] in
            for (path, token, last) in asked {
                var lines = ["GET /api/v1\(path) HTTP/1.0", "Authorization: Bearer \(token)"]
                if let last { lines.append("Last-Event-ID: \(last)") }
                let descriptor = try Self.connection(to: port)
                clients.append(Client(descriptor: descriptor))
                let text = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
                let sent = Glibc.send(descriptor, text, text.count, Int32(MSG_NOSIGNAL))
                guard sent == text.count else { throw RawConnection.Failure.send(errno) }
            }
        }
    }

    func leave() async throws {
        try await lane.run { [self] in
            for client in clients {
                shutdown(client.descriptor, Int32(SHUT_RDWR))
                Glibc.close(client.descriptor)
            }
            clients = []
        }
    }

    /// Reads until each client has been sent so many ids; then everything that each was sent.
    func received(ids: Int, within patience: Duration = .seconds(120)) async throws -> [[Received]] {
        try await lane.run { [self] in
            let deadline = Moment.now + patience
            while clients.contains(where: { $0.ids < ids && !$0.isOver }), Moment.now < deadline { try readWhatCame() }
            return try clients.map { try Self.events(in: $0.bytes) }
        }
    }

    /// Reads whatever else comes for a moment: what comes twice would come now.
    func receivedSoon() async throws -> [[Received]] {
        try await lane.run { [self] in
            for _ in 0..<5 { try readWhatCame() }
            return try clients.map { try Self.events(in: $0.bytes) }
        }
    }

    private func readWhatCame() throws {
        var polls = clients.map { pollfd(fd: $0.isOver ? -1 : $0.descriptor, events: Int16(POLLIN), revents: 0) }
        guard poll(&polls, nfds_t(polls.count), 100) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        for index in clients.indices where polls[index].revents != 0 {
            let count = recv(clients[index].descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count <= 0 {
                clients[index].isOver = true
                continue
            }
            let from = max(0, clients[index].bytes.count - 3)
            clients[index].bytes += buffer[..<count]
            clients[index].ids += Self.ids(in: clients[index].bytes[from...])
        }
    }

    /// Lines that begin with an id. A tail of three bytes holds no whole mark, so that none is counted twice.
    private static func ids(in bytes: ArraySlice<UInt8>) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var count = 0
            for index in bytes.indices.dropLast(3)
            where bytes[index] == 0x0a && bytes[index + 1] == 0x69 && bytes[index + 2] == 0x64
                && bytes[index + 3] == 0x3a
            {
                count += 1
            }
            return count
        }
    }

    static func events(in bytes: [UInt8]) throws -> [Received] {
        guard let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return [] }
        let head = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self)
        guard head.split(separator: " ", maxSplits: 2).dropFirst().first == "200" else { throw Refused(head: head) }
        var events: [Received] = []
        var block: [String: [UInt8]] = [:]
        for line in bytes[headEnd.upperBound...].split(separator: 0x0a, omittingEmptySubsequences: false) {
            if line.isEmpty {
                if let data = block["data"] {
                    events.append(
                        Received(
                            id: String(decoding: block["id"] ?? [], as: UTF8.self),
                            name: String(decoding: block["event"] ?? [], as: UTF8.self), data: try JSONValue(json: data)
                        ))
                }
                block = [:]
                continue
            }
            guard let colon = line.firstIndex(of: 0x3a), colon > line.startIndex else { continue }
            block[String(decoding: line[..<colon], as: UTF8.self)] = Array(line[(colon + 2)...])
        }
        return events
    }

    private static func connection(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw RawConnection.Failure.connect(errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return descriptor }
        let code = errno
        Glibc.close(descriptor)
        throw RawConnection.Failure.connect(code)
    }
}
