import Foundation
import Loop
import TestKit
import Testing
import Wire

@testable import Console

/// The stories of `examples`, played as an operator plays them: three processes without anybody's account, the console, and a
/// person with a voice. Nothing but the carrier is simulated.
@Suite(.timeLimit(.minutes(6)), .serialized) struct SimulatedCallTests {
    private static let models =
        ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"] ?? Services.repository + "/.ledgerline/models"

    /// The carrier's part of the settings, and where the rest of them is.
    private struct House: Sendable {
        let url: String
        let desk: String
        let home: String

        func simulate(_ arguments: String...) async throws -> ConsoleUnderTest.Answer {
            let environment = ["DATABASE_URL": url, "LEDGERLINE_DESK": desk, "PUBLIC_URL": home]
            return try await RunningProcess.with(
                BuiltProducts.executable("ledgerline"), ["simulate"] + arguments, environment: environment
            ) { process in
                let code = await process.exit()
                return ConsoleUnderTest.Answer(code: code, output: process.output)
            }
        }
    }

    private static func with(_ body: @escaping @Sendable (House) async throws -> Void) async throws {
        try await ConsoleUnderTest.with { test in
            try await TemporaryFolder.with { folder in
                let path = folder.path("desk.json")
                try Files.write(CarrierDesk.make(port: try FreePort.find()).bytes(), to: path, mode: 0o600)
                var settings = [
                    "DATABASE_URL": test.url, "DEEPGRAM_API_KEY": "", "CARTESIA_API_KEY": "", "OPENAI_API_KEY": "",
                    "LEDGERLINE_MODELS": models, "LEDGERLINE_VOICE_ACTIVITY": "silero",
                ]
                for line in try CarrierDesk(path).environment.split(separator: "\n") {
                    let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
                    settings[parts[0]] = parts[1]
                }
                let carrier = settings
                try await ProcessUnderTest.with(.api, carrier, on: test.loop) { api in
                    try await ProcessUnderTest.with(.realtime, carrier, on: test.loop) { realtime in
                        try await realtime.untilReady()
                        let home = "http://127.0.0.1:\(api.port)"
                        let more = ["PUBLIC_URL": home, "MEDIA_URL": "ws://127.0.0.1:\(realtime.port)"]
                        let all = carrier.merging(more) { $1 }
                        try await ProcessUnderTest.with(.workers, all, on: test.loop) { workers in
                            try await api.untilReady()
                            try await workers.untilReady()
                            try await body(House(url: test.url, desk: path, home: home))
                        }
                    }
                }
            }
        }
    }

    private static func script(_ name: String) -> String { Services.repository + "/examples/\(name).json" }

    @Test func `callers and those who are called are understood, word for word`() async throws {
        try await Self.with { house in
            let support = try await house.simulate(Self.script("support"), "--json")
            #expect(support.code == 0, "\(support.output)")
            let judgement = try #require(try support.documents.last)
            #expect(judgement["failed"] == .integer(0) && judgement["met"] == .integer(9))
            let types = try support.documents.dropLast().compactMap { $0["type"]?.text }
            #expect(types.first == "call.received" && types.contains("call.ended"))
            #expect(types.count { $0 == "caller.said" } == 4 && types.count { $0 == "agent.spoke" } == 5)

            let card = try await house.simulate(Self.script("card"))
            #expect(card.code == 0, "\(card.output)")
            #expect(card.output.contains(#"find_card is asked {"last_four":"4271"}"#))
            #expect(card.output.contains("11 of 11 expectations met"))

            try await TemporaryFolder.with { folder in
                let sound = folder.path("call.wav")
                let reminder = try await house.simulate(Self.script("reminder"), "--wav", sound)
                #expect(reminder.code == 0, "\(reminder.output)")
                #expect(reminder.output.contains("caller    “yes I will be there”"))
                #expect(reminder.output.contains("3 of 3 expectations met"))
                // Ten seconds at least, of two sides.
                #expect(try Files.read(sound).count > 10 * 8_000 * 4)
            }

            let voicemail = try await house.simulate(Self.script("voicemail"))
            #expect(voicemail.code == 0, "\(voicemail.output)")
            #expect(voicemail.output.contains("answered by machine_greeting_ended"))
            #expect(voicemail.output.contains("over: voicemail_reached"))
            #expect(voicemail.output.contains("4 of 4 expectations met"))
        }
    }

    @Test func `who calls again is known, by what the first call taught`() async throws {
        try await Self.with { house in
            let played = try await house.simulate(Self.script("returning"))
            #expect(played.code == 0, "\(played.output)")
            #expect(played.output.contains("11 of 11 expectations met"))
            #expect(played.output.contains("known of the customer: 1 memory"))
        }
    }

    @Test func `what can't be played is told, and what to do about it`() async throws {
        try await TemporaryFolder.with { folder in
            func simulate(_ arguments: [String], desk: String) async throws -> ConsoleUnderTest.Answer {
                let environment = [
                    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere", "LEDGERLINE_DESK": desk,
                ]
                return try await RunningProcess.with(
                    BuiltProducts.executable("ledgerline"), ["simulate"] + arguments, environment: environment
                ) { process in
                    let code = await process.exit()
                    return ConsoleUnderTest.Answer(code: code, output: process.output)
                }
            }
            let desk = folder.path("desk.json")
            let none = try await simulate([Self.script("support")], desk: desk)
            #expect(none.code == 1 && none.output.contains("make run"))
            let made = try await simulate(["--prepare"], desk: desk)
            #expect(made.code == 0 && made.output.contains("TELNYX_PUBLIC_KEYS="))
            let again = try await simulate(["--prepare"], desk: desk)
            #expect(again.output == made.output, "the keys stay")
            let unknown = try await simulate([folder.path("no.json")], desk: desk)
            #expect(unknown.code == 1 && unknown.output.contains("no.json"))
            let away = try await simulate([Self.script("support")], desk: desk)
            #expect(away.code == 1 && away.output.contains("DATABASE_URL"))
            #expect(try await simulate([], desk: desk).code == 2)
        }
    }
}
