package import HTTP
package import Loop

/// A real server on loopback for the time of one test.
package struct ServerUnderTest: Sendable {
    package let server: Server
    package let loops: Loops
    package let happenings: Happenings

    /// Opens a server, runs `body` on its first loop and drains it, with limits that suit a test.
    package static func with<Value: Sendable>(
        loops count: Int = 1, handler: @escaping Handler,
        settings change: @escaping @Sendable (inout ServerSettings) -> Void = { _ in },
        body: @escaping @Sendable (ServerUnderTest) async throws -> Value
    ) async throws -> Value {
        try await with(loops: count, route: { _ in .waiting(handler) }, settings: change, body: body)
    }

    package static func with<Value: Sendable>(
        loops count: Int = 1, router: Router,
        settings change: @escaping @Sendable (inout ServerSettings) -> Void = { _ in },
        body: @escaping @Sendable (ServerUnderTest) async throws -> Value
    ) async throws -> Value {
        try await with(loops: count, route: { router.route(&$0) }, settings: change, body: body)
    }

    private static func with<Value: Sendable>(
        loops count: Int, route: @escaping Server.Routing,
        settings change: @escaping @Sendable (inout ServerSettings) -> Void,
        body: @escaping @Sendable (ServerUnderTest) async throws -> Value
    ) async throws -> Value {
        try await Loops.with(count) { loops in
            let happenings = Happenings()
            var settings = ServerSettings()
            settings.observe = { happenings.append($0) }
            settings.limits.message.headBytes = 8_192
            settings.limits.message.targetBytes = 4_096
            change(&settings)
            let server = try await Server.open(on: loops.all, settings, route: route)
            let under = ServerUnderTest(server: server, loops: loops, happenings: happenings)
            do {
                let value = try await body(under)
                await server.drain(within: .seconds(5))
                return value
            } catch {
                await server.drain(within: .zero)
                throw error
            }
        }
    }

    package func connect(receiveBuffer: Int32? = nil) async throws -> RawConnection {
        try await RawConnection(port: server.port, receiveBuffer: receiveBuffer)
    }

    /// Sends `text` on a connection of its own and answers everything that comes back until the server closes.
    package func exchange(_ text: String) async throws -> [RawResponse] {
        let connection = try await connect()
        try await connection.send(text)
        var bytes = try await connection.readToEnd()
        var responses: [RawResponse] = []
        while let response = RawResponse(&bytes, toHead: text.hasPrefix("HEAD"), isAtEnd: true) {
            responses.append(response)
        }
        return responses
    }

    /// Waits until `condition` holds, looking again about every millisecond; fails when it never comes true.
    package func until(_ condition: @Sendable () -> Bool) async throws {
        try await loops.first.until("a condition of the test", condition)
    }
}
