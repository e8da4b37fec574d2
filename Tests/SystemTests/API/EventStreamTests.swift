import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// Reading and following the log, over the real process.
@Suite(.timeLimit(.minutes(6)), .serialized) struct EventStreamTests {
    private static let many = ["LEDGERLINE_RATE_READS": "1000000", "LEDGERLINE_LOOPS": "1"]

    /// Appends to each of these calls, by turns; answers the ids in the order of their writing.
    @discardableResult
    private static func append(
        _ rounds: Int, to calls: [UUID], of organization: OrganizationID, bytes: Int = 10, _ api: APIUnderTest
    ) async throws -> [String] {
        let log = try await EventLog.read(through: .pool(api.owner))
        let filling = String(repeating: "x", count: bytes)
        var ids: [String] = []
        for _ in 0..<rounds {
            for call in calls {
                let event = NewEvent(
                    id: UUID.v7(), type: "call.answered", schemaVersion: 1, occurredAt: .now,
                    payload: Array(#"{"filling":"\#(filling)","line":"a\#u{2028}b"}"#.utf8))
                let append = StreamAppend(to: call, kind: .call, of: organization.uuid, at: .next, [event])
                _ = try await api.owner.withTransaction { try await log.append(append, in: $0) }
                ids.append(event.id.description)
            }
        }
        return ids
    }

    private static func ids(_ events: [StreamCrowd.Received]) -> [String] {
        events.filter { $0.name != "ready" }.compactMap { $0.data["id"]?.text }
    }

    /// Each stream's versions follow each other.
    private static func isInOrder(_ events: [StreamCrowd.Received]) -> Bool {
        var versions: [String: Int64] = [:]
        for event in events where event.name != "ready" {
            guard let stream = event.data["stream_id"]?.text, let version = event.data["version"]?.wholeNumber else {
                return false
            }
            if let before = versions[stream], version != before + 1 { return false }
            versions[stream] = version
        }
        return true
    }

    @Test func `a thousand follow at once, each its own organization, and miss nothing when they come again`()
        async throws
    {
        let (size, calls, rounds) = (1_000, 3, 3)
        try await APIUnderTest.with(Self.many) { api in
            let tenants = [api.first, api.second]
            let tokens = [try await api.tokens(of: api.first).access, try await api.tokens(of: api.second).access]
            let streams = tenants.map { _ in (0..<calls).map { _ in UUID.v7() } }
            func write() async throws -> [[String]] {
                var written: [[String]] = []
                for (tenant, streams) in zip(tenants, streams) {
                    written.append(try await Self.append(rounds, to: streams, of: tenant.organization, api))
                }
                return written
            }
            let crowd = try StreamCrowd(port: api.process.port)
            try await crowd.connect((0..<size).map { ("/events/stream", tokens[$0 % 2], nil) })
            let begun = try await crowd.received(ids: 1)
            #expect(begun.allSatisfy { $0.map(\.name) == ["ready"] })

            let first = try await write()
            _ = try await crowd.received(ids: 1 + calls * rounds)
            let live = try await crowd.receivedSoon()
            #expect(live.count == size)
            for (index, events) in live.enumerated() {
                #expect(Self.ids(events).count == calls * rounds)
                #expect(Set(Self.ids(events)) == Set(first[index % 2]))
                #expect(Self.isInOrder(events))
            }
            let figures = try PrometheusText(try await api.process.get("/metrics").text)
            func figure(_ name: String) -> Double? { figures.samples.first { $0.name == name }?.value }
            #expect(figure("tail_followers") == Double(size))
            #expect(figure("tail_events_read_total") == Double(2 * calls * rounds), "read once for all")
            #expect(figure("tail_events_offered_total") == Double(size * calls * rounds))

            // Each leaves somewhere else in what it was sent.
            try await crowd.leave()
            let missed = try await write()
            let places = live.indices.map { $0 % (1 + calls * rounds) }
            try await crowd.connect(
                live.indices.map { ("/events/stream", tokens[$0 % 2], live[$0][places[$0]].id) })
            _ = try await crowd.received(ids: 1 + calls * rounds)
            let last = try await write()
            // Each with what it has not had of the first, all that it missed, and the new ones.
            let least = 1 + 2 * calls * rounds
            _ = try await crowd.received(ids: least)
            try await api.owner.loop.until("the last ones", within: .seconds(60), every: .milliseconds(50)) {
                let again = try await crowd.receivedSoon()
                return again.indices.allSatisfy {
                    Self.ids(again[$0]).count == 3 * calls * rounds - places[$0]
                }
            }
            let again = try await crowd.receivedSoon()
            for (index, events) in again.enumerated() {
                let had = Self.ids(Array(live[index][...places[index]]))
                let whole = had + Self.ids(events)
                let expected = first[index % 2] + missed[index % 2] + last[index % 2]
                #expect(whole.count == expected.count && Set(whole) == Set(expected))
                #expect(Self.isInOrder(events))
            }
            try await crowd.leave()
            try await api.owner.loop.until("nobody follows", within: .seconds(30)) {
                try PrometheusText(try await api.process.get("/metrics").text).samples.first {
                    $0.name == "tail_followers"
                }?.value == 0
            }
        }
    }

    @Test func `who does not read is cut, and finds the rest where it left off`() async throws {
        try await APIUnderTest.with(Self.many) { api in
            let token = try await api.tokens().access
            let slow = try await RawConnection(port: api.process.port, patience: .seconds(60), receiveBuffer: 4_096)
            try await slow.send("GET /api/v1/events/stream HTTP/1.0\r\nAuthorization: Bearer \(token)\r\n\r\n")
            func figure(_ name: String) async throws -> Double? {
                try PrometheusText(try await api.process.get("/metrics").text).samples.first { $0.name == name }?.value
            }
            try await api.owner.loop.until("it follows") { try await figure("tail_followers") == 1 }
            let written = try await Self.append(
                120, to: [UUID.v7()], of: api.first.organization, bytes: 100_000, api)
            try await api.owner.loop.until("it is cut", within: .seconds(30)) {
                try await figure("tail_followers_cut_total") == 1
            }
            let events = try StreamCrowd.events(in: try await slow.readToEnd())
            let last = try #require(events.last)
            #expect(last.name == "cut" && last.data["reason"]?.text == "slow")
            let had = Self.ids(events.dropLast())
            #expect(had.count < written.count)
            var cursor = try #require(events.last { !$0.id.isEmpty }?.id)
            var rest: [String] = []
            while true {
                let page = try await api.get("/events?limit=5&cursor=\(cursor)", token: token)
                try #require(page.status == 200)
                rest += try page.data.compactMap { $0["id"]?.text }
                cursor = try #require(try page.json["next_cursor"]?.text)
                if try page.json["has_more"] == .bool(false) { break }
            }
            #expect(had + rest == written)
        }
    }

    @Test func `a list goes on from its cursor, and a stream goes on from a list's`() async throws {
        try await APIUnderTest.with(Self.many) { api in
            let token = try await api.tokens().access
            var (pages, cursor, ids) = (0, "", [String]())
            while true {
                let page = try await api.get(
                    "/events?limit=2" + (cursor.isEmpty ? "" : "&cursor=\(cursor)"), token: token)
                try #require(page.status == 200, "\(page.raw.text)")
                ids += try page.data.compactMap { $0["id"]?.text }
                cursor = try #require(try page.json["next_cursor"]?.text)
                pages += 1
                if try page.json["has_more"] == .bool(false) { break }
            }
            let own = try await api.owner.query(
                "SELECT event_id::text FROM events WHERE organization_id = \(api.first.organization.uuid)"
            ).map { try $0.decode(String.self) }
            #expect(Set(ids) == Set(own) && ids.count == own.count && pages == (own.count + 1) / 2)
            #expect(try await api.get("/events?cursor=\(cursor)", token: token).data.isEmpty)

            let written = try await Self.append(1, to: [api.first.call], of: api.first.organization, api)
            let crowd = try StreamCrowd(port: api.process.port)
            try await crowd.connect([
                ("/events/stream?cursor=\(cursor)", token, nil),
                ("/calls/\(api.first.call)/stream", token, nil),
                ("/calls/\(api.first.call)/stream?type=call.ended,call.answered", token, nil),
                ("/events/stream?call=\(UUID.v7())", token, nil),
            ])
            _ = try await crowd.received(ids: 1)
            let more = try await Self.append(2, to: [api.first.call], of: api.first.organization, api)
            try await api.owner.loop.until("all of them", within: .seconds(30)) {
                let found = try await crowd.receivedSoon()
                return found.prefix(3).map { Self.ids($0).count } == [3, 7, 5]
            }
            let found = try await crowd.receivedSoon()
            #expect(Self.ids(found[0]) == written + more)
            #expect(Self.isInOrder(found[1]) && found[1].dropFirst().first?.data["version"]?.wholeNumber == 1)
            #expect(
                found[2].dropFirst().map(\.name) == ["call.answered", "call.ended"]
                    + Array(repeating: "call.answered", count: 3))
            #expect(found[3].map(\.name) == ["ready"])
            #expect(found[0].last?.data["payload"]?["line"]?.text == "a\u{2028}b")
        }
    }

    @Test func `a cursor is its organization's alone, and what can't be taken is named`() async throws {
        try await APIUnderTest.with { api in
            let token = try await api.tokens().access
            let others = try await api.tokens(of: api.second).access
            let cursor = try #require(try await api.get("/events", token: others).json["next_cursor"]?.text)
            for path in ["/events", "/events/stream", "/calls/\(api.first.call)/stream"] {
                for wrong in [cursor, "x", String(repeating: "A", count: 600)] {
                    let answer = try await api.get("\(path)?cursor=\(wrong)", token: token)
                    #expect(try answer.status == 400 && answer.code == "invalid_cursor", "\(path)")
                }
                let type = try await api.get("\(path)?type=call.flew", token: token)
                #expect(try type.status == 400 && type.pointers == ["?type"])
            }
            let last = try await api.ask(
                "GET", "/api/v1/events/stream", token: token, headers: ["Last-Event-ID": "junk"])
            #expect(try last.code == "invalid_cursor")
            #expect(try await api.get("/calls/\(api.second.call)/stream", token: token).status == 404)
            #expect(try await api.get("/events?call=nobody", token: token).pointers == ["?call"])
            let own = try await api.get("/events?call=\(api.first.call)", token: token)
            #expect(try own.data.compactMap { $0["version"]?.wholeNumber } == [1, 2, 3, 4])
            #expect(try await api.get("/events?call=\(api.second.call)", token: token).data.isEmpty)
        }
    }
}
