import Testing

@testable import Wire

/// Times as others write them.
struct TimestampReadingTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-08-01T12:34:56.789Z", 1_785_587_696_789_000),
            ("2026-08-01t12:34:56.789z", 1_785_587_696_789_000),
            ("2026-08-01T14:34:56.789+02:00", 1_785_587_696_789_000),
            ("2026-08-01T12:34:56.7891239Z", 1_785_587_696_789_123), ("1969-12-31T23:59:59.5Z", -500_000),
        ] as [(String, Int64)])
    func `what RFC 3339 allows is read`(text: String, microseconds: Int64) {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test func `what we write is read back`() {
        for milliseconds: Int64 in [0, -1, 1_795_000_000_123, -62_000_000_000_000] {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test(arguments: [
        "", "2026-08-01", "2026-08-01T12:34:56", "2026-08-01 12:34:56Z", "2026-13-01T12:34:56Z", "2026-02-30T12:34:56Z",
        "2026-08-01T24:00:00Z", "2026-08-01T12:60:00Z", "2026-08-01T12:34:56.Z", "2026-08-01T12:34:56Z ", "infinity",
        "2026-08-01T12:34:56.1234567890Z", "2026-08-01T12:34:56+0200", "2026-08-01T12:34:56+24:00",
        "２０26-08-01T12:34:56Z",
    ])
    func `anything else is none`(text: String) { #expect(Timestamp(text) == nil) }
}
