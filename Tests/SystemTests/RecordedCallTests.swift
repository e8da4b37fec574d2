import Crypto
import Domain
import Foundation
import Glibc
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
        _ settings: [String: String] = [:],
        _ body: @escaping @Sendable (PhonesUnderTest, TemporaryFolder) async throws -> Void
    ) async throws {
        try await TemporaryFolder.with { folder in
            let own = settings.merging(["LEDGERLINE_RECORDINGS": folder.path("recordings")]) { $1 }
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

    /// As it is in the environment of a process.
    private static var sealingKey: String { Base64.standard.encode(Randomness.bytes(32).span) }

    @Test func `a call is recorded as both sides heard it, and comes by a link that ends`() async throws {
        try await Self.with(["LEDGERLINE_SEALING_KEY": Self.sealingKey]) { phones, folder in
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
            let alike = zip(agent, heard).prefix { $0 == $1 }.count
            let behind = zip(agent.reversed(), heard.reversed()).prefix { $0 == $1 }.count
            #expect(alike + behind >= max(agent.count, heard.count) - 1, "\(agent) \(heard)")
            #expect(!agent.contains { $0.hasPrefix("ships") })
            #expect(line.heard.hasSuffix("Please ask.") && !line.heard.contains("ships"))

            let lying = [UInt8](try Data(contentsOf: URL(filePath: Self.file(of: target, in: folder))))
            #expect(lying.count > sound.raw.body.count && !lying.starts(with: Array("RIFF".utf8)))
            let range = try await phones.api.ask("GET", target, headers: ["Range": "bytes=65500-65563"])
            #expect(range.status == 206 && range.raw.body == Array(sound.raw.body[65_500...65_563]))
            #expect(range.raw["Content-Range"] == "bytes 65500-65563/\(sound.raw.body.count)")
            let tag = try #require(sound.raw["ETag"])
            let same = try await phones.api.ask("GET", target, headers: ["If-None-Match": tag])
            #expect(same.status == 304 && same.raw.body.isEmpty)
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
        let file = Self.file(of: target, in: folder)
        #expect(size(file) > 16_000)
        try await phones.api.owner.execute("UPDATE recordings SET expires_at = now()")
        #expect(try await phones.api.ask("GET", target).status == 410)
        let gone = try await phones.api.get("/calls/\(call)/recording", token: phones.token)
        #expect(try gone.status == 410 && gone.code == "recording_gone")
        try await JobBoard(phones.api.owner).enqueue(NewJob("purge_recordings"))
        try await phones.until("the sound to go") { size(file) == 0 }
    }

    /// Where what a link leads to lies sealed.
    private static func file(of target: String, in folder: TemporaryFolder) -> String {
        folder.path(target.dropFirst().prefix { $0 != "?" } + ".sealed")
    }

    private static func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    }

    @Test(arguments: [false, true])
    func `recordings go to a store that was away, and come by links until they are removed`(isSealed: Bool)
        async throws
    {
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
                    "LEDGERLINE_SEALING_KEY": Self.sealingKey, "LEDGERLINE_RECORDINGS_SEALED": "\(isSealed)",
                    "LEDGERLINE_RECORDINGS": folder.path("recordings"), "LEDGERLINE_S3_BUCKET": "calls",
                    "LEDGERLINE_S3_URL": "http://127.0.0.1:\(server.port)/s3",
                    "LEDGERLINE_S3_ACCESS_KEY": "key-of-a-test", "LEDGERLINE_S3_SECRET_KEY": "secret-of-a-test",
                ]
                let result: Result<Void, any Error>
                do {
                    try await PhonesUnderTest.with(rules: Self.rules, own, workers: own, realtime: own) { phones in
                        try await phones.record(#"{"enabled":true}"#)
                        try await Self.isStored(phones, folder, store, isSealed: isSealed)
                    }
                    result = .success(())
                } catch { result = .failure(error) }
                await server.drain(within: .seconds(2))
                try result.get()
            }
        }
    }

    private static func isStored(
        _ phones: PhonesUnderTest, _ folder: TemporaryFolder, _ store: StoreSimulator, isSealed: Bool
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
        // The store's own link leads to what lies there; what is sealed there comes through us.
        #expect(link?.contains("/s3/calls/") == !isSealed)
        let kept = try #require(store.kept.first)
        #expect(kept.key.hasSuffix(isSealed ? ".wav.sealed" : ".wav"))
        #expect((kept.value.bytes == got.body) == !isSealed && store.kept.count == 1)
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
        #expect(try await phones.calls.get(try #require(link)).status == (isSealed ? 410 : 404))
        #expect(store.kept.isEmpty)
    }

    @Test func `what a process had recorded when it was killed is put away by the next one`() async throws {
        try await Self.with { phones, folder in
            let line = phones.ring([.hear(), .say("a question please."), .hear(), .wait(60_000)])
            let call = try await phones.call(line)
            // The latest seconds are still open.
            try await phones.until("the answer on the disk") {
                Self.spooled(folder) > 16_000 * 8 && line.heard.hasSuffix("Please ask.")
            }
            let process = phones.calls.process.process
            process.send(SIGKILL)
            _ = await process.exit()
            line.hangUpNow()
            #expect(Self.spooled(folder) > 0)
            let settings = phones.calls.settings.merging(["PORT": "\(try FreePort.find())"]) { $1 }
            try await ProcessUnderTest.with(.realtime, settings, on: phones.loop) { _ in
                try await phones.until("the stored recording") {
                    try await phones.told(call).contains { $0.type == "recording.stored" }
                }
            }
            let told = try await phones.told(call).filter { $0.type.hasPrefix("recording.") }
            #expect(told.map(\.type) == ["recording.started", "recording.stored"])
            #expect(try told[0].member("recording_id") == told[1].member("recording_id"))
            let part = try await phones.api.get("/calls/\(call)/recording", token: phones.token).data.first
            let home = "http://127.0.0.1:\(phones.api.process.port)"
            let target = try #require(part?["url"]?.text?.dropFirst(home.count))
            let sound = try await phones.api.ask("GET", String(target))
            #expect(sound.status == 200 && sound.raw.body.count == part?["byte_count"]?.wholeNumber.map { Int($0) })
            #expect(Self.words(sound.raw.body, channel: 0) == ["a", "question", "please."])
            #expect(Self.words(sound.raw.body, channel: 1).joined(separator: " ").hasPrefix(PhonesUnderTest.greeting))
            #expect(Self.spooled(folder) == 0)
        }
    }

    /// Bytes of what is being recorded, or was not put away yet.
    private static func spooled(_ folder: TemporaryFolder) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path("recordings"))) ?? []
        return names.filter { $0.hasSuffix(".recording") }.reduce(0) { $0 + size(folder.path("recordings/\($1)")) }
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
