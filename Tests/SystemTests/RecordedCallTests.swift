import Crypto
import Domain
import Foundation
import HTTP
import Jobs
import Loop
import Postgres
import Providers
import Simulators
import Store
import TestKit
import Testing
import Wire

/// Calls of the running system, recorded and listened to again.
@Suite(.timeLimit(.minutes(4)), .serialized) struct RecordedCallTests {
    private static let rules = [
        ChatRule(
            "story",
            say: "Once upon a time there was a king. He had a castle by the sea. Every day he counted the ships."),
        ChatRule("question", say: "Please ask."),
    ]

    private static func with(
        _ body: @escaping @Sendable (PhonesUnderTest, TemporaryFolder) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let own = ["LEDGERLINE_RECORDINGS": folder.path("recordings")]
            try await PhonesUnderTest.with(rules: Self.rules, own, workers: own, realtime: own) { phones in
                try await phones.record(#"{"enabled":true,"retention_days":7}"#)
                try await body(phones, folder)
            }
        }
    }

    /// The words in one channel of a sound file, as they were heard.
    private static func words(_ sound: [UInt8], channel: Int) -> [String] {
        let frames = sound.dropFirst(WaveHeader.byteCount)
        let samples = stride(from: frames.startIndex + channel, to: frames.endIndex, by: 2).map {
            G711.muLaw.decode(frames[$0])
        }
        var ear = WordEar()
        return ear.hear(samples).compactMap { if case .word(let word) = $0 { word.text.revealed } else { nil } }
    }

    @Test func `a call is recorded as both sides heard it, and comes by a link that ends`() async throws {
        try await Self.with { phones, folder in
            let line = phones.ring(
                [
                    .hear(), .say("tell me a story please."), .hearWords(6), .say("actually, I have a question."),
                    .hear(quietFor: 3_000), .hangUp,
                ])
            let call = try await phones.call(line)
            let path = "/calls/\(call)/recording"
            try await phones.until("the recording") {
                try await phones.told(call).contains { $0.type == "recording.started" }
            }
            let early = try await phones.api.get(path, token: phones.token)
            #expect(try early.status == 409 && early.code == "recording_not_ready")
            #expect(try await phones.api.get(path, token: phones.foreign).status == 404)
            _ = try await phones.whole(call, endedFor: [.process])
            try await phones.until("the stored recording") {
                try await phones.told(call).contains { $0.type == "recording.stored" }
            }
            #expect(line.clears >= 1)
            let answer = try await phones.api.get(path, token: phones.token)
            let part = try #require(try answer.data.first)
            let link = try #require(part["url"]?.text)
            #expect(try answer.data.count == 1 && part["channels"] == .integer(2))
            let home = "http://127.0.0.1:\(phones.api.process.port)"
            #expect(link.hasPrefix(home + "/recordings/"))
            let target = String(link.dropFirst(home.count))
            let sound = try await phones.api.ask("GET", target)
            #expect(sound.status == 200 && sound.raw["Content-Type"] == "audio/wav")
            #expect(sound.raw.body.count == part["byte_count"]?.wholeNumber.map { Int($0) })
            // The caller as they spoke; the agent as far as they heard it.
            #expect(
                Self.words(sound.raw.body, channel: 0).joined(separator: " ")
                    == "tell me a story please. actually, I have a question.")
            let (agent, heard) = (
                Self.words(sound.raw.body, channel: 1), line.heard.split(separator: " ").map(String.init)
            )
            // The carrier is a frame or two behind our clock: at the cut a word may be whole for one of them only.
            let same = zip(agent, heard).prefix { $0 == $1 }.count
            let behind = zip(agent.reversed(), heard.reversed()).prefix { $0 == $1 }.count
            #expect(same + behind >= max(agent.count, heard.count) - 1, "\(agent) \(heard)")
            #expect(!agent.contains { $0.hasPrefix("ships") })
            #expect(line.heard.hasSuffix("Please ask.") && !line.heard.contains("ships"))

            let range = try await phones.api.ask("GET", target, headers: ["Range": "bytes=100-163"])
            #expect(range.status == 206 && range.raw.body == Array(sound.raw.body[100...163]))
            try await Self.refusals(phones, target, call)
            try await Self.isRemoved(phones, folder, target, call)
        }
    }

    private static func refusals(_ phones: PhonesUnderTest, _ target: String, _ call: CallID) async throws {
        let later = target.replacing("expires=", with: "expires=9")
        #expect(try await phones.api.ask("GET", later).status == 404)
        #expect(try await phones.api.ask("GET", String(target.prefix { $0 != "?" })).status == 404)
        let other = target.replacing("\(phones.api.first.organization)", with: "\(phones.api.second.organization)")
        #expect(other != target)
        #expect(try await phones.api.ask("GET", other).status == 404)
        let never = try await phones.api.get("/calls/\(phones.api.first.call)/recording", token: phones.token)
        #expect(try never.status == 404 && never.code == "not_recorded")
    }

    private static func isRemoved(
        _ phones: PhonesUnderTest, _ folder: TemporaryFolder, _ target: String, _ call: CallID
    ) async throws {
        let file = folder.path(target.dropFirst().prefix { $0 != "?" }.description)
        #expect(size(file) > 16_000)
        try await phones.api.owner.execute("UPDATE recordings SET expires_at = now()")
        #expect(try await phones.api.ask("GET", target).status == 410)
        let gone = try await phones.api.get("/calls/\(call)/recording", token: phones.token)
        #expect(try gone.status == 410 && gone.code == "recording_gone")
        try await JobBoard(phones.api.owner).enqueue(NewJob("purge_recordings"))
        try await phones.until("the sound to go") { size(file) == 0 }
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }

    @Test func `recordings go to a store that was away, and come by its links until they are removed`() async throws {
        try await TemporaryFolder.with { folder in
            try await Loops.with { loops in
                let loop = loops.first
                let store = StoreSimulator(
                    on: loop, bucket: "calls", accessKey: "key-of-a-test", secretKey: Secret(text: "secret-of-a-test"),
                    region: "us-east-1")
                // More often than one upload is tried: the next round brings it.
                for _ in 0..<S3Bucket.triesMax { store.plan(.refused(status: 503)) }
                var settings = ServerSettings()
                settings.port = 0
                let server = try await Server.open(on: [loop], settings, router: Router(store.routes))
                let own = [
                    "LEDGERLINE_RECORDINGS": folder.path("recordings"), "LEDGERLINE_S3_BUCKET": "calls",
                    "LEDGERLINE_S3_URL": "http://127.0.0.1:\(server.port)/s3",
                    "LEDGERLINE_S3_ACCESS_KEY": "key-of-a-test", "LEDGERLINE_S3_SECRET_KEY": "secret-of-a-test",
                ]
                let result: Result<Void, any Error>
                do {
                    try await PhonesUnderTest.with(rules: Self.rules, own, workers: own, realtime: own) { phones in
                        try await phones.record(#"{"enabled":true}"#)
                        try await Self.isStored(phones, folder, store)
                    }
                    result = .success(())
                } catch { result = .failure(error) }
                await server.drain(within: .seconds(2))
                try result.get()
            }
        }
    }

    private static func isStored(
        _ phones: PhonesUnderTest, _ folder: TemporaryFolder, _ store: StoreSimulator
    ) async throws {
        let line = phones.ring([.hear(), .say("a question please."), .hear(), .hangUp])
        let call = try await phones.call(line)
        _ = try await phones.whole(call, endedFor: [.process])
        try await phones.until("the stored recording") {
            try await phones.told(call).contains { $0.type == "recording.stored" }
        }
        let link = try await phones.api.get("/calls/\(call)/recording", token: phones.token).data.first?["url"]?.text
        let got = try await phones.calls.get(try #require(link))
        #expect(words(got.body, channel: 0) == ["a", "question", "please."])
        #expect(words(got.body, channel: 1).joined(separator: " ") == line.heard)
        let left = FileManager.default.enumerator(atPath: folder.path("recordings"))?.compactMap { "\($0)" } ?? []
        #expect(!left.contains { $0.hasSuffix(".wav") || $0.hasSuffix(".recording") }, "\(left)")
        let erased = try await phones.api.delete("/calls/\(call)", token: phones.token)
        #expect(erased.status == 204, "\(erased.raw.text)")
        let gone = try await phones.api.get("/calls/\(call)/recording", token: phones.token)
        #expect(try gone.status == 410 && gone.code == "recording_gone")
        try await JobBoard(phones.api.owner).enqueue(NewJob("purge_recordings"))
        try await phones.until("the row") {
            try await phones.api.owner.query("SELECT FROM recordings WHERE removed_at IS NOT NULL").count == 1
        }
        #expect(try await phones.calls.get(try #require(link)).status == 404)
    }

    @Test func `an agent that does not record leaves nothing, and what it is set to is checked`() async throws {
        try await Self.with { phones, folder in
            let wrong = try await phones.api.patch(
                "/agents/\(phones.agent)", token: phones.token, #"{"recording":{"enabled":true,"retention_days":0}}"#)
            #expect(try wrong.status == 422 && wrong.pointers == ["/recording/retention_days"])
            try await phones.record(#"{"enabled":false}"#)
            let line = phones.ring([.hear(), .hangUp])
            let call = try await phones.call(line)
            let told = try await phones.whole(call, endedFor: [.process])
            #expect(!told.contains { $0.type.hasPrefix("recording.") })
            #expect(try await phones.api.get("/calls/\(call)/recording", token: phones.token).status == 404)
        }
    }
}

extension PhonesUnderTest {
    /// The agent from now on.
    fileprivate func record(_ settings: String) async throws {
        let changed = try await api.patch("/agents/\(agent)", token: token, #"{"recording":\#(settings)}"#)
        try #require(changed.status == 200, "\(changed.raw.text)")
        try #require(try await post("/agents/\(agent)/publish").status == 200)
    }
}
