import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// What the console says of words that only a key opens.
@Suite(.timeLimit(.minutes(2))) struct ConsoleSealingTests {
    /// 32 bytes.
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    /// With what somebody said in it, sealed.
    private static func sealedCall(_ test: ConsoleUnderTest) async throws -> UUID {
        let call = try await test.appendCall()
        let sealing = try Sealing(setting: key)
        let subject = UUID.v7()
        let person = try await test.pool.withTransaction { (session: PostgresSession) -> SubjectKey in
            try await sealing.key(of: subject, ConsoleUnderTest.organization, in: session)
        }
        let said = Fact.call(
            .callerSaid(
                CallerSaid(
                    turn: TurnID(UUID.v7()), text: Private("nobody else may know"), startedAt: 1_000, endedAt: 2_000,
                    provider: "deepgram")))
        try await test.append(
            [try NewEvent(said, id: EventID(UUID.v7()), at: Instant(Timestamp.now), in: call, sealedWith: person)],
            to: call)
        return call
    }

    private static func ledgerline(
        _ arguments: [String], _ test: ConsoleUnderTest, hasKey: Bool
    ) async throws -> ConsoleUnderTest.Answer {
        var settings = ["DATABASE_URL": test.url]
        if hasKey { settings["LEDGERLINE_SEALING_KEY"] = key }
        return try await RunningProcess.with(
            BuiltProducts.executable("ledgerline"), arguments, environment: settings
        ) { process in
            let code = await process.exit()
            return ConsoleUnderTest.Answer(code: code, output: process.output)
        }
    }

    @Test func `a call's sealed words are shown to who has the key, and others are told what they lack`() async throws {
        try await ConsoleUnderTest.with { test in
            let call = "\(try await Self.sealedCall(test))"
            let without = try await Self.ledgerline(["state", call, "--reveal"], test, hasKey: false)
            #expect(without.code == 0 && without.output.contains("give LEDGERLINE_SEALING_KEY the key"))
            #expect(!without.output.contains("nobody else") && without.output.contains(ConsoleUnderTest.words))
            let with = try await Self.ledgerline(["state", call, "--reveal"], test, hasKey: true)
            #expect(with.code == 0 && with.output.contains("nobody else may know"))
            #expect(!with.output.contains("LEDGERLINE_SEALING_KEY"))
            let tail = ["tail", "--call", call, "--reveal"]
            let told = try await Self.ledgerline(tail, test, hasKey: true)
            #expect(told.code == 0 && told.output.contains("nobody else may know"), "\(told.output)")
            let marked = try await Self.ledgerline(tail, test, hasKey: false)
            #expect(marked.code == 0 && !marked.output.contains("nobody else may know"))
        }
    }

    @Test func `no read model is built in which the words of people would be missing`() async throws {
        try await ConsoleUnderTest.with { test in
            _ = try await Self.sealedCall(test)
            try await test.working(until: "the live version") {
                try await test.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 1
            }
            let without = try await Self.ledgerline(["rebuild", "calls@2"], test, hasKey: false)
            #expect(without.code == 1 && without.output.contains("the words of 1 people are sealed"))
            #expect(without.output.contains("give LEDGERLINE_SEALING_KEY the key that the processes have"))
        }
    }
}
