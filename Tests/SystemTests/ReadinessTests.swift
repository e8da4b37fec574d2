import Glibc
import Loop
import TestKit
import Testing

/// Whether `/readyz` tells the truth while the servers behind a process come and go.
@Suite(.timeLimit(.minutes(4)), .serialized) struct ReadinessTests {
    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `Postgres dies and comes back: not ready, alive all the while, and ready again`(name: ProcessUnderTest.Name)
        async throws
    {
        try await Loops.with { loops in
            try await PrivatePostgres.with { postgres in
                try await ProcessUnderTest.with(name, ["DATABASE_URL": postgres.url], on: loops.first) { process in
                    try await process.untilReady()

                    try await postgres.crash()
                    let dead = try await process.untilReadiness("not ready") { $0.status == 503 }
                    #expect(dead.word == "down" && dead.word(of: "postgres") == "down", "\(dead.text)")
                    #expect(dead.reason(of: "postgres")?.hasPrefix("postgres: ") == true, "\(dead.text)")
                    #expect(dead.word(of: "redis") == "up", "\(dead.text)")
                    #expect(try await process.get("/healthz").status == 200)

                    try await postgres.start()
                    try await process.untilReady()
                }
            }
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `Redis dies and comes back: degraded but ready, and whole again`(name: ProcessUnderTest.Name) async throws {
        try await Loops.with { loops in
            let port = try FreePort.find()
            let onPort = ["--bind", "127.0.0.1", "--port", "\(port)"]
            let setting = ["REDIS_URL": "redis://127.0.0.1:\(port)"]
            try await TemporaryFolder.with { folder in
                try await PrivateRedis.with(in: folder, onPort, on: loops.first) { redis in
                    try await ProcessUnderTest.with(name, setting, on: loops.first) { process in
                        try await process.untilReady()

                        redis.process.send(SIGKILL)
                        let degraded = try await process.untilReadiness("degraded") { $0.word(of: "redis") == "down" }
                        #expect(degraded.status == 200 && degraded.word == "degraded", "\(degraded.text)")
                        #expect(degraded.word(of: "redis") == "down", "\(degraded.text)")
                        #expect(degraded.reason(of: "redis")?.isEmpty == false, "\(degraded.text)")
                        #expect(degraded.word(of: "postgres") == "up", "\(degraded.text)")

                        try await PrivateRedis.with(in: folder, onPort, on: loops.first) { _ in
                            try await process.untilReady()
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `Postgres that holds its connections and says nothing stops no operations route`(name: ProcessUnderTest.Name)
        async throws
    {
        try await Loops.with { loops in
            try await PrivatePostgres.with { postgres in
                try await ProcessUnderTest.with(name, ["DATABASE_URL": postgres.url], on: loops.first) { process in
                    try await process.untilReady()
                    try await postgres.freeze()
                    // A connection is patient for five seconds: an answer that hangs fails here.
                    for _ in 0..<20 {
                        #expect([200, 503].contains(try await process.get("/readyz").status))
                        _ = try PrometheusText(try await process.get("/metrics").text)
                        #expect(try await process.get("/healthz").status == 200)
                    }
                    try await postgres.thaw()
                    try await process.untilReady()
                }
            }
        }
    }

    @Test func `Postgres that says nothing is found out, and the process can still end`() async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { postgres in
                try await ProcessUnderTest.with(.api, ["DATABASE_URL": postgres.url], on: loops.first) { process in
                    try await process.untilReady()
                    try await postgres.freeze()
                    let frozen = try await process.untilReadiness("found out") { $0.status == 503 }
                    #expect(frozen.word(of: "postgres") == "down", "\(frozen.text)")
                    process.process.send(SIGTERM)
                    #expect(await process.process.exit() == 0, "\(process.process.output)")
                }
            }
        }
    }

    @Test func `it starts before its servers do`() async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { postgres in
                try await postgres.stop()
                try await ProcessUnderTest.with(.api, ["DATABASE_URL": postgres.url], on: loops.first) { process in
                    let early = try await process.untilReadiness("it says why not") {
                        $0.reason(of: "postgres")?.hasPrefix("postgres: ") == true
                    }
                    #expect(early.status == 503)
                    try await postgres.start()
                    try await process.untilReady()
                }
            }
        }
    }
}
