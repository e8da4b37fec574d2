import Testing

@testable import Redis

@Suite struct RedisStreamIDTests {
    @Test(arguments: [
        ("0-0", RedisStreamID.first), ("18446744073709551615-18446744073709551615", .last),
        ("1700000000000-7", RedisStreamID(time: 1_700_000_000_000, number: 7)),
        ("5", RedisStreamID(time: 5, number: 0)),
    ])
    func `an id is a time and a number`(_ text: String, _ id: RedisStreamID) { #expect(RedisStreamID(text) == id) }

    @Test(arguments: [
        "", "-", "1-", "-1", "1-2-3", "1--2", "x", "1-x", " 1", "18446744073709551616", "1-18446744073709551616",
    ])
    func `anything else is none`(_ text: String) { #expect(RedisStreamID(text) == nil) }

    @Test func `ids are ordered by time, then by number, and read back as they print`() {
        let ids = [(1, 9), (2, 0), (2, 1), (10, 0)].map { RedisStreamID(time: $0.0, number: $0.1) }
        #expect(ids.shuffled().sorted() == ids)
        for id in ids { #expect(RedisStreamID(id.description) == id) }
    }
}
