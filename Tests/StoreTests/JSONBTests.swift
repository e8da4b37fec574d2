import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing

/// `jsonb` keeps what a document says, not how it is spelt: members in another order, numbers without exponents, blanks.
@Suite(.serialized, .timeLimit(.minutes(2))) struct JSONBTests {
    private func stored(_ payloads: [[UInt8]]) async throws -> [[UInt8]] {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                _ = try await pool.execute("CREATE TABLE kept (place int8 PRIMARY KEY, payload jsonb NOT NULL)")
                for (place, payload) in payloads.enumerated() {
                    _ = try await pool.execute("INSERT INTO kept VALUES (\(Int64(place)), \(JSON(payload)))")
                }
                return try await pool.query("SELECT payload FROM kept ORDER BY place").map { row in
                    try row.decode(JSON.self).bytes
                }
            }
        }
    }

    @Test func `every event survives a column of the log`() async throws {
        var dice = Dice(seed: RoundTripTests.seed)
        let facts = Samples.facts + (0..<4).flatMap { _ in EventType.allCases.map { Fact.any($0, &dice) } }
        let sent = try facts.map { try EventCodec.encode($0) }
        let kept = try await stored(sent)
        try #require(kept.count == facts.count)
        for (fact, payload) in zip(facts, kept) {
            let read = try EventCodec.decode(
                type: fact.type.rawValue, schemaVersion: fact.type.schemaVersion, payload: payload)
            #expect(read == .fact(fact), "LEDGERLINE_SEED=\(RoundTripTests.seed)")
        }
        #expect(zip(sent, kept).contains { $0 != $1 }, "the column gave back the very bytes: then this proves nothing")
    }

    @Test func `NUL, the deepest document and the longest numbers survive it too`() async throws {
        let deepest = (0..<Freeform.depthMax).reduce(Freeform.integer(7)) { inner, _ in .array([inner]) }
        let numbers = Freeform.array([
            .integer(.max), .integer(.min), .fractional(.greatestFiniteMagnitude), .fractional(.leastNonzeroMagnitude),
            .fractional(0.1),
        ])
        let facts = [deepest, numbers].map {
            Fact.call(.toolReturned(ToolReturned(toolCall: ToolCallID(value: 1), name: "t", result: Private($0))))
        }
        let damaged = Fact.call(.dtmfSent(DTMFSent(digits: Private("1\0"))))
        let kept = try await stored((facts + [damaged]).map { try EventCodec.encode($0) })
        for (fact, payload) in zip(facts, kept) {
            #expect(try EventCodec.decode(type: "tool.returned", schemaVersion: 1, payload: payload) == .fact(fact))
        }
        #expect(
            try EventCodec.decode(type: "dtmf.sent", schemaVersion: 1, payload: kept[2])
                == .fact(.call(.dtmfSent(DTMFSent(digits: Private("1\u{FFFD}"))))))
    }

    @Test func `a payload of the longest numbers can be read again`() async throws {
        let number = Freeform.fractional(.leastNonzeroMagnitude)
        let returned = ToolReturned(
            toolCall: ToolCallID(value: 1), name: "t", result: Private(.array(Array(repeating: number, count: 100_000)))
        )
        let payload = try EventCodec.encode(.call(.toolReturned(returned)))
        let kept = try await stored([payload])
        #expect(kept[0].count > 30 * payload.count)
        let read = try EventCodec.decode(type: "tool.returned", schemaVersion: 1, payload: kept[0])
        #expect(read == .fact(.call(.toolReturned(returned))))
    }
}
