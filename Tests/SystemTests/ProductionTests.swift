import Foundation
import Loop
import TestKit
import Testing

/// Production has no defaults for what matters, and nobody's secret is ever printed.
@Suite(.timeLimit(.minutes(2)), .serialized) struct ProductionTests {
    private static let secret = "Recognisable5ecret"

    private static func required(_ name: ProcessUnderTest.Name) -> [String] {
        let all = ["DATABASE_URL", "REDIS_URL", "TELNYX_API_KEY", "TELNYX_PUBLIC_KEYS", "PUBLIC_URL", "MEDIA_URL"]
        return name == .api ? all + ["JWT_PRIVATE_KEY"] : all
    }

    /// Starts it as an operator would, and waits for its end.
    private static func refusal(
        _ name: ProcessUnderTest.Name, _ environment: [String: String]
    ) async throws -> (code: Int32, output: String) {
        let production = environment.merging(["LEDGERLINE_ENV": "production"]) { own, _ in own }
        return try await RunningProcess.with(
            BuiltProducts.executable(name.rawValue), environment: production
        ) { process in
            let code = await process.exit()
            return (code, process.output)
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `without its settings it refuses with one report of all of them`(name: ProcessUnderTest.Name) async throws {
        let (code, output) = try await Self.refusal(name, [:])
        #expect(code == 78)
        #expect(output.hasPrefix("\(name.rawValue) can't start: \(Self.required(name).count) settings are wrong:"))
        #expect(output.ranges(of: "can't start").count == 1)
        let lines = output.split(separator: "\n")
        for setting in Self.required(name) {
            #expect(lines.count { $0.hasPrefix("  \(setting) ") } == 1, "\(setting) in \(output)")
        }
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `bad secrets are refused by name and never printed`(name: ProcessUnderTest.Name) async throws {
        let bad = [
            "DATABASE_URL": "mysql://someone:\(Self.secret)@db.test/app",
            "REDIS_URL": "redis://:\(Self.secret)@[half",
            "TELNYX_PUBLIC_KEYS": Self.secret,
            "JWT_PRIVATE_KEY": Self.secret, "JWT_SECRET": Self.secret,
            "TELNYX_API_KEY": "\(Self.secret) with blanks\u{1}", "DEEPGRAM_API_KEY": Self.secret,
            "PUBLIC_URL": "ftp://someone:\(Self.secret)@x.test",
        ]
        let (code, output) = try await Self.refusal(name, bad)
        #expect(code == 78)
        for setting in ["DATABASE_URL", "REDIS_URL", "TELNYX_PUBLIC_KEYS", "PUBLIC_URL", "MEDIA_URL"] {
            #expect(output.contains("  \(setting) "), "\(output)")
        }
        #expect(!output.contains(Self.secret), "\(output)")
    }

    @Test(arguments: ProcessUnderTest.Name.allCases)
    func `good secrets are not printed while it works, whatever its log level`(name: ProcessUnderTest.Name)
        async throws
    {
        var database = try #require(URLComponents(string: try Services.databaseURL))
        database.password = Self.secret
        let key = Self.secret + Self.secret
        let secrets = [
            "DATABASE_URL": try #require(database.string), "TELNYX_API_KEY": key, "JWT_SECRET": key,
            "DEEPGRAM_API_KEY": key, "OPENAI_API_KEY": key, "LEDGERLINE_LOG_LEVEL": "debug",
        ]
        try await Loops.with { loops in
            try await ProcessUnderTest.with(name, secrets, on: loops.first) { process in
                try await process.untilReady()
                for path in ["/readyz", "/metrics", "/openapi.json", "/no/such/path?token=\(Self.secret)"] {
                    #expect(!(try await process.get(path).text.contains(Self.secret)), "\(path)")
                }
                process.process.send(SIGTERM)
                #expect(await process.process.exit() == 0)
                #expect(process.process.output.contains("request_served"), "the log is on")
                #expect(!process.process.output.contains(Self.secret), "\(process.process.output)")
            }
        }
    }
}
