import Loop
import Redis
import Synchronization
import TestKit

/// What a test of the client has at hand: the loop it runs on, and what the client has reported.
struct Desk: Sendable {
    let loop: Loop
    let resolver: HostResolver
    let happenings = Happenings()

    func with<Value: Sendable>(
        _ settings: RedisSettings, _ body: (RedisClient) async throws -> Value
    ) async throws -> Value {
        try await RedisClient.with(settings, on: loop, resolver: resolver, observe: { happenings.add($0) }, body)
    }

    func untilConnected(_ client: RedisClient) async throws {
        try await loop.until("the connection") { client.health.condition == .connected }
    }
}

final class Happenings: Sendable {
    private let list = Mutex<[RedisHappening]>([])

    var all: [RedisHappening] { list.withLock { $0 } }

    func add(_ happening: RedisHappening) { list.withLock { $0.append(happening) } }
}

func onLoop(_ body: @escaping @Sendable (Desk) async throws -> Void) async throws {
    try await Loops.with { loops in
        try await body(Desk(loop: loops.first, resolver: HostResolver(on: Lane(name: "names"))))
    }
}

/// Runs `body` with a connected client of a server that is this test's alone.
func onRedis(
    _ arguments: [String] = [], _ change: @escaping @Sendable (inout RedisSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (RedisClient, Desk) async throws -> Void
) async throws {
    try await onLoop { desk in
        try await PrivateRedis.with(arguments, on: desk.loop) { server in
            var settings = try RedisSettings(server)
            change(&settings)
            try await desk.with(settings) { client in
                try await desk.untilConnected(client)
                try await body(client, desk)
            }
        }
    }
}

extension RedisSettings {
    /// For a server on its Unix socket.
    init(_ server: PrivateRedis) throws { self.init(address: try RedisAddress(server.address)) }

    /// For whatever listens on a port of this machine.
    init(port: UInt16) throws { self.init(address: try RedisAddress("redis://127.0.0.1:\(port)")) }
}

/// The code of the error that `body` throws; nil if it throws none.
func code(of body: () async throws(RedisError) -> some Any) async -> RedisError.Code? {
    do throws(RedisError) {
        _ = try await body()
        return nil
    } catch {
        return error.code
    }
}
