import Loop
import Redis
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1))) struct RedisLoginTests {
    @Test func `a password, a database and a name are given before anything else`() async throws {
        try await onServer(["--requirepass", "p@ss:/ word"]) { server, desk in
            let address = try RedisAddress("unix://:p%40ss%3A%2F%20word@\(server.socket)?db=3")
            try await desk.with(RedisSettings(address: address)) { client in
                try await desk.untilConnected(client)
                let own = try await client.command("CLIENT", "INFO").text ?? ""
                #expect(own.contains("name=ledgerline") && own.contains("db=3") && own.contains("user=default"))
            }
        }
    }

    @Test func `a user of the access control list gets what the list allows`() async throws {
        let user = ["--user", "ann", "on", ">hunter2", "~own:*", "+get", "+set", "+select"]
        try await onServer(user) { server, desk in
            let address = try RedisAddress("unix://ann:hunter2@\(server.socket)?db=1")
            try await desk.with(RedisSettings(address: address)) { client in
                // The list does not allow naming the connection; that is no obstacle.
                try await desk.untilConnected(client)
                try await client.set("own:k", to: [1])
                #expect(try await client.get("own:k") == [1])
                let foreign = await code { () throws(RedisError) in try await client.get("other:k") }
                #expect(RedisError(foreign ?? .closed, "").refusal?.kind == "NOPERM")
            }
        }
    }

    @Test(arguments: [
        (":wrong", "WRONGPASS"), ("ann:hunter2", "WRONGPASS"), ("", "NOAUTH"),
    ])
    func `a wrong or missing password is a failed attempt, and is not shown`(_ login: String, _ kind: String)
        async throws
    {
        try await onServer(["--requirepass", "right"]) { server, desk in
            let at = login.isEmpty ? "" : "\(login)@"
            let settings = RedisSettings(address: try RedisAddress("unix://\(at)\(server.socket)"))
            try await desk.with(settings) { client in
                try await desk.loop.until("the refusal") { client.statistics.connectionsFailed >= 2 }
                guard case .refused(let refusal) = client.health.lastFailure else {
                    Issue.record("failed otherwise: \(String(describing: client.health.lastFailure))")
                    return
                }
                #expect(refusal.kind == kind)
                #expect(client.statistics.connectionsMade == 0)
            }
            for happening in desk.happenings.all {
                #expect(!dumped(happening).contains("hunter2") && !dumped(happening).contains("wrong"))
            }
        }
    }

    @Test func `a database that there is not is a failed attempt`() async throws {
        try await onServer([]) { server, desk in
            try await desk.with(RedisSettings(address: try RedisAddress("\(server.address)?db=99"))) { client in
                try await desk.loop.until("the refusal") { client.statistics.connectionsFailed >= 1 }
                #expect(client.health.lastFailure == .refused(RedisRefusal("ERR DB index is out of range")))
            }
        }
    }
}

private func onServer(
    _ arguments: [String], _ body: @escaping @Sendable (PrivateRedis, Desk) async throws -> Void
) async throws {
    try await onLoop { desk in
        try await PrivateRedis.with(arguments, on: desk.loop) { try await body($0, desk) }
    }
}
