import Crypto
import Domain
import Postgres
import Store
import TestKit
import Testing
import Wire

/// A call is erased over the API: what is shown of it says nothing any more, and that it was stays.
@Suite(.timeLimit(.minutes(3)), .serialized) struct CallErasureTests {
    @Test func `an erased call shows no words and no numbers, and its log as many events as before`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens(.developer).access
            let (path, call) = ("/calls/\(api.first.call)", api.first.call)
            _ = try await api.patch(path, token: token, #"{"metadata":{"order":"4711"}}"#)
            #expect(try await api.get("\(path)/transcript", token: token).raw.text.contains("words of first"))
            #expect(try await api.delete(path, token: token, headers: ["If-Match": "\"v1\""]).status == 412)
            let viewer = try await api.tokens(.viewer).access
            let theirs = try await api.tokens(.owner, of: api.second).access
            #expect(try await api.delete(path, token: viewer).status == 403)
            #expect(try await api.delete(path, token: theirs).status == 404)
            let before = try await api.types(of: call)

            #expect(try await api.delete(path, token: token, headers: ["If-Match": "\"v5\""]).status == 204)
            #expect(try await api.delete(path, token: token).status == 204, "once is as good as twice")
            #expect(try await api.types(of: call) == before + [EventType.callErased.rawValue])
            let state = try await api.get("\(path)/state", token: token)
            #expect(state.status == 200 && !state.raw.text.contains("words of first"))
            #expect(!state.raw.text.contains("+1555") && !state.raw.text.contains("4711"))
            let changed = try await api.patch(path, token: token, #"{"metadata":{"order":"4712"}}"#)
            #expect(try changed.status == 409 && changed.code == "call_is_erased")

            try await Self.projecting(api) {
                try await !api.get("\(path)/transcript", token: token).raw.text.contains("words of first")
            }
            let row = try await api.get(path, token: token)
            #expect(
                try row.text("from") == "(erased)" && row.text("status") == "ended" && row.json["metadata"] == .null)
            #expect(try await api.get("/calls?q=words", token: token).data.isEmpty)
            // Another one's call is as it was.
            let other = try await api.get("/calls/\(api.second.call)/transcript", token: theirs)
            #expect(other.raw.text.contains("words of second"))
        }
    }

    @Test func `a call that goes on is not erased`() async throws {
        try await APIUnderTest.with { api in
            let stage = RouteStage(api: api, token: try await api.tokens(.owner).access)
            let refused = try await api.delete("/calls/\(try await stage.waitingCall())", token: stage.token)
            #expect(try refused.status == 409 && refused.code == "call_is_live", "\(refused.raw.text)")
        }
    }

    private static func projecting(_ api: APIUnderTest, until holds: () async throws -> Bool) async throws {
        let log = try await EventLog.read(through: .pool(api.owner))
        let worker = ConsumerWorker(CallsConsumer(), of: log, api.owner, redis: nil)
        let life = Task(executorPreference: api.owner.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await api.owner.loop.until("the rows", within: .seconds(40), holds)) } catch {
            result = .failure(error)
        }
        worker.stop()
        await life.value
        try result.get()
    }
}
