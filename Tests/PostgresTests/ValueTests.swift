import Crypto
import Loop
import TestKit
import Testing
import Wire

@testable import Postgres

@Suite(.serialized, .timeLimit(.minutes(2))) struct ValueTests {
    /// Sends a value, has the server print it, and takes it back.
    private func roundTrip<Value: PostgresValue & Equatable & Sendable>(
        _ cases: [(Value, String)], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws where Value: SendableMetatype {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                for (value, text) in cases {
                    let row = try await pool.query("SELECT \(value), \(value)::text, \(Value?.none), \([value, value])")
                        .one
                    let (same, printed, none, array) = try row.decode(
                        Value.self, String.self, Value?.self, [Value].self)
                    #expect(same == value, sourceLocation: sourceLocation)
                    #expect(printed == text, sourceLocation: sourceLocation)
                    #expect(none == nil, sourceLocation: sourceLocation)
                    #expect(array == [value, value], sourceLocation: sourceLocation)
                    let holes = try await pool.query("SELECT \([value, nil, value])").one.decode([Value?].self)
                    #expect(holes == [value, nil, value], sourceLocation: sourceLocation)
                    let empty = try await pool.query("SELECT \([Value]())").one.decode([Value].self)
                    #expect(empty.isEmpty, sourceLocation: sourceLocation)
                }
            }
        }
    }

    @Test func `whole numbers`() async throws {
        try await roundTrip([(Int.max, "9223372036854775807"), (Int.min, "-9223372036854775808"), (0, "0")])
        try await roundTrip([(Int64(-1), "-1")])
        try await roundTrip([(Int32.max, "2147483647"), (Int32.min, "-2147483648")])
        try await roundTrip([(Int16.max, "32767"), (Int16.min, "-32768")])
        try await roundTrip([(ObjectID(4_294_967_295), "4294967295")])
        try await roundTrip([(TransactionID(12_345_678_901), "12345678901")])
    }

    @Test func `identifiers`() async throws {
        let bytes: [UInt8] = [
            0x01, 0x9f, 0xe0, 0xd1, 0x22, 0x33, 0x74, 0x55, 0x86, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xff,
        ]
        guard let id = UUID(bytes: bytes.span) else {
            Issue.record("sixteen bytes are an identifier")
            return
        }
        try await roundTrip([(id, "019fe0d1-2233-7455-8677-8899aabbccff")])
    }

    @Test func `floating point`() async throws {
        try await roundTrip([
            (1.5, "1.5"), (-0.1, "-0.1"), (Double.infinity, "Infinity"), (Double.leastNonzeroMagnitude, "5e-324"),
        ])
        try await roundTrip([(Float(0.1), "0.1"), (-Float.infinity, "-Infinity")])
    }

    @Test func `truth, text, bytes and JSON`() async throws {
        try await roundTrip([(true, "true"), (false, "false")])
        try await roundTrip([("", ""), ("ünï ☎️", "ünï ☎️")])
        try await roundTrip([([UInt8](), "\\x"), ([0, 255, 7], "\\x00ff07")] as [([UInt8], String)], arrays: ())
        try await roundTrip([(JSON(Array("{\"a\": 1}".utf8)), "{\"a\": 1}")])
        try await roundTrip([(JSONText(Array("{ \"a\":1 }".utf8)), "{ \"a\":1 }")])
    }

    private func roundTrip(_ cases: [([UInt8], String)], arrays: Void) async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                for (value, text) in cases {
                    let row = try await pool.query("SELECT \(value), \(value)::text, \([value, value])").one
                    let (same, printed, array) = try row.decode([UInt8].self, String.self, [[UInt8]].self)
                    #expect(same == value)
                    #expect(printed == text)
                    #expect(array == [value, value])
                }
            }
        }
    }

    @Test func `points in time, days and intervals`() async throws {
        try await roundTrip(
            [
                (Timestamp(microseconds: 0), "1970-01-01 00:00:00+00"),
                (Timestamp(microseconds: 1_785_587_696_789_001), "2026-08-01 12:34:56.789001+00"),
                (Timestamp(microseconds: -1), "1969-12-31 23:59:59.999999+00"),
                (.infinity, "infinity"), (.minusInfinity, "-infinity"),
            ], timeZone: ())
        try await roundTrip([
            (CalendarDate(daysSinceEpoch: 0), "1970-01-01"), (CalendarDate(daysSinceEpoch: -719_162), "0001-01-01"),
            (.infinity, "infinity"),
        ])
        try await roundTrip([
            (Interval(months: 14, days: -3, microseconds: 1), "1 year 2 mons -3 days +00:00:00.000001")
        ])
        try await roundTrip([(Duration.milliseconds(-1500), "-00:00:01.5"), (.seconds(360_000), "100:00:00")])
    }

    private func roundTrip(_ cases: [(Timestamp, String)], timeZone: Void) async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                for (value, text) in cases {
                    let row = try await pool.query(
                        "SELECT \(value), (\(value) AT TIME ZONE 'UTC')::text || CASE WHEN isfinite(\(value)) THEN '+00' ELSE '' END"
                    ).one
                    let (same, printed) = try row.decode(Timestamp.self, String.self)
                    #expect(same == value)
                    #expect(printed == text)
                }
            }
        }
    }

    @Test func `numeric, digit for digit`() async throws {
        let texts = [
            "0", "0.00", "1", "-1", "10000", "99999999", "0.1", "0.0001", "0.00001", "-12.340", "123456789.987654321",
            "100000000000000000000", "0.000000000000000000000000000001", "1.0000", "10000.0001", "NaN", "Infinity",
            "-Infinity", "5000.5000",
        ]
        let values = texts.compactMap { text in Decimal(text).map { ($0, text) } }
        #expect(values.count == texts.count)
        #expect(values.map { $0.0.description } == texts)
        try await roundTrip(values)
    }

    @Test func `random numerics come back digit for digit`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                var random = Seeded(seed)
                for _ in 0..<200 {
                    let whole = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                        "\(Int.random(in: 0...9, using: &random))"
                    }.joined()
                    let fraction = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                        "\(Int.random(in: 0...9, using: &random))"
                    }.joined()
                    let text = fraction.isEmpty ? whole : "\(whole).\(fraction)"
                    guard let value = Decimal(text) else {
                        Issue.record("\(text) is no number, seed \(seed)")
                        continue
                    }
                    let (same, printed, parsed) = try await pool.query(
                        "SELECT \(value), \(value)::text, \(text)::numeric"
                    ).one.decode(Decimal.self, String.self, Decimal.self)
                    #expect(same == value, "\(text), seed \(seed)")
                    #expect(parsed == value, "\(text), seed \(seed)")
                    #expect(printed == value.description, "\(text), seed \(seed)")
                }
            }
        }
    }

    @Test func `vectors of both widths`() async throws {
        try await roundTrip([(Vector([1, -2.5, 0]), "[1,-2.5,0]")])
        try await roundTrip([(HalfVector([1, -2.5, 0]), "[1,-2.5,0]")])
    }

    @Test func `what does not fit throws, and names the column`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let row = try await pool.query(
                    "SELECT NULL::int8 AS nothing, 70000::int8 AS big, 'x'::text AS word, interval '1 day' AS day, ARRAY[[1]] AS matrix"
                ).one
                func mismatch<Value: PostgresDecodable>(_ type: Value.Type, _ column: String) -> PostgresMismatch? {
                    do throws(PostgresError) {
                        _ = try row.decode(type, named: column)
                        return nil
                    } catch {
                        #expect(error.column == column)
                        guard case .mismatch(let mismatch) = error.code else { return nil }
                        return mismatch
                    }
                }
                #expect(mismatch(Int.self, "nothing") == .unexpectedNull)
                #expect(mismatch(Int16.self, "big") == .outOfRange)
                #expect(mismatch(Int.self, "word") == .wrongType)
                #expect(mismatch(Vector.self, "word") == .wrongType)
                #expect(mismatch(Duration.self, "day") == .outOfRange)
                #expect(mismatch([Int].self, "matrix") == .wrongType)
                #expect(mismatch(Int.self, "missing") == .noSuchColumn)
                #expect(mismatch(Int?.self, "nothing") == nil)
            }
        }
    }

    @Test func `what an interval can't hold exactly is refused`() async throws {
        try await Loops.with { loops in
            try await withDatabase(on: loops.first) { pool in
                let error = await #expect(throws: PostgresError.self) {
                    try await pool.query("SELECT \(Duration.nanoseconds(1))")
                }
                guard case .invalidParameter = error?.code else {
                    Issue.record("not refused: \(String(describing: error))")
                    return
                }
            }
        }
    }
}
