/// What the HTTP server costs, beside nginx doing nothing but answering a constant.
enum ServerContests {
    static let all = [bare, task, stack, idle, leak, media]

    private static let bare = ping("ping", "`/ping`, CPU per request, bare server", serve: "bare", .atMost(1.25))
    private static let task = ping(
        "ping-task", "`/ping`, CPU per request, bare server, handler with a task of its own", serve: "bare-task",
        .atMost(1.6))
    private static let stack = ping(
        "ping-stack", "`/ping`, CPU per request, request id + log line + metrics + limits", serve: "stack", .atMost(1.6)
    )

    private static func ping(_ name: String, _ question: String, serve: String, _ goal: Contest.Goal) -> Contest {
        Contest(name: name, question: question, peer: "nginx `return 200`", unit: "µs", goal: goal) { body in
            let ours = try BenchServer.start(serve, port: 19_101)
            let nginx = try Nginx.start(port: 19_102)
            defer {
                ours.stop()
                nginx.stop()
            }
            try body({ try cost(ours, port: 19_101) }, { try cost(nginx, port: 19_102) })
        }
    }

    private static func cost(_ server: Child, port: UInt16) throws -> Figure {
        _ = try Wrk.load(port: port, connections: 64, seconds: 1)
        let before = Accounts.processorTime(of: server.identifier)
        let requests = try Wrk.load(port: port, connections: 64, seconds: 3)
        let spent = Accounts.processorTime(of: server.identifier) - before
        return Figure(Double(spent) / Double(requests) / 1_000, note: "(\(requests / 3) requests/s)")
    }

    private static let idle = Contest(
        name: "idle", question: "user memory per idle keep-alive connection", peer: "nginx", unit: "bytes",
        goal: .atMost(1.5)
    ) { body in
        try body(
            { try idleMemory { try BenchServer.start("bare", port: 19_101) } },
            { try idleMemory { try Nginx.start(port: 19_101) } })
    }

    /// 4,000 connections that have each made one request and then keep still.
    private static func idleMemory(_ start: () throws -> Child) throws -> Figure {
        let count = 4_000
        let server = try start()
        defer { server.stop() }
        try ask(server, sockets: [RawSocket(port: 19_101)])
        let before = Accounts.residentMemory(of: server.identifier)
        let sockets = try (0..<count).map { _ in try RawSocket(port: 19_101) }
        defer { for socket in sockets { socket.close() } }
        try ask(server, sockets: sockets)
        return Figure(Double(Accounts.residentMemory(of: server.identifier) - before) / Double(count))
    }

    private static func ask(_ server: Child, sockets: [RawSocket]) throws {
        for socket in sockets {
            try socket.send(Array("GET /ping HTTP/1.1\r\nHost: bench\r\n\r\n".utf8))
            guard try socket.receive().starts(with: Array("HTTP/1.1 200".utf8)) else {
                throw Trouble("an idle connection was not answered with 200")
            }
        }
    }

    private static let leak = Contest(
        name: "leak", question: "memory gained by 100,000 connections and 1,000,000 requests", peer: "the limit",
        unit: "MB", goal: .atMost(1), rounds: 1
    ) { body in
        let server = try BenchServer.start("bare", port: 19_101)
        defer { server.stop() }
        // What is kept for reuse is taken first, so that only what is lost shows.
        try churn(server, connections: 10_000)
        _ = try Wrk.load(port: 19_101, connections: 256, seconds: 2)
        let before = Accounts.residentMemory(of: server.identifier)
        try churn(server, connections: 100_000)
        var requests = 0
        while requests < 1_000_000 { requests += try Wrk.load(port: 19_101, connections: 256, seconds: 5) }
        let gained = Accounts.residentMemory(of: server.identifier) - before
        try body({ Figure(max(0, Double(gained)) / 1e6, note: "(\(requests) requests)") }, { Figure(2) })
    }

    /// Connections one after the other, each with a request; every other one ends with a reset.
    private static func churn(_ server: Child, connections: Int) throws {
        for number in 0..<connections {
            let socket = try RawSocket(port: 19_101)
            try ask(server, sockets: [socket])
            if number.isMultiple(of: 2) { socket.close() } else { socket.reset() }
        }
    }

    private static let media = Contest(
        name: "media",
        question: "a carrier media frame in and out again (JSON, base64, µ-law both ways), CPU per frame",
        peer: "echo of the same bytes", unit: "µs", goal: .atMost(1.3)
    ) { body in
        let server = try BenchServer.start("bare", port: 19_101)
        defer { server.stop() }
        try body({ try frames(server, path: "/media") }, { try frames(server, path: "/echo") })
    }

    private static func frames(_ server: Child, path: String) throws -> Figure {
        let load = WebSocketLoad(port: 19_101, path: path, payload: MediaRoutes.frame)
        _ = try load.run(seconds: 0.5)
        let before = Accounts.processorTime(of: server.identifier)
        let count = try load.run(seconds: 3)
        let spent = Accounts.processorTime(of: server.identifier) - before
        return Figure(Double(spent) / Double(count) / 1_000, note: "(\(count / 3) frames/s)")
    }
}
