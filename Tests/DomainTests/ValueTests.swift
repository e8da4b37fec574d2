import Domain
import Testing

struct ValueTests {
    @Test func `an id prints as every other place writes it`() {
        #expect(
            CallID(value: 0x0198c5a2_7a00_7abc_8def_000000000001).description == "0198c5a2-7a00-7abc-8def-000000000001")
        #expect(CallID(value: 0).description == "00000000-0000-0000-0000-000000000000")
        #expect(CallID(value: .max).description == "ffffffff-ffff-ffff-ffff-ffffffffffff")
    }

    @Test func `ids sort by their first bytes`() {
        #expect(CallID(value: 1) < CallID(value: 1 << 127))
    }

    @Test(arguments: [0, 0.5, 1]) func `fractions reach from 0 to 1`(value: Double) throws {
        #expect(try #require(Fraction(value)).value == value)
    }

    @Test(arguments: [-0.1, 1.1, .nan, .infinity]) func `what lies outside is no fraction`(value: Double) {
        #expect(Fraction(value) == nil)
    }

    @Test(arguments: [-1, 0, 1]) func `scores reach from −1 to 1`(value: Double) throws {
        #expect(try #require(Score(value)).value == value)
    }

    @Test(arguments: [-1.1, 1.1, .nan, -.infinity]) func `what lies outside is no score`(value: Double) {
        #expect(Score(value) == nil)
    }

    @Test func `a number that is whole is an integer, however it came`() {
        #expect(Freeform.number(5) == .integer(5))
        #expect(Freeform.number(-0.0) == .integer(0))
        #expect(Freeform.number(0.5) == .fractional(0.5))
        #expect(Freeform.number(1e300) == .fractional(1e300))
        #expect(Freeform.number(.nan) == nil)
        #expect(Freeform.number(-.infinity) == nil)
    }

    @Test func `members are found by name, in objects only`() {
        #expect(Freeform.object(["a": .bool(true)])["a"] == .bool(true))
        #expect(Freeform.object(["a": .bool(true)])["b"] == nil)
        #expect(Freeform.array([.null])["a"] == nil)
    }

    @Test func `what is private shows to those who ask by name only`() {
        let secret = Private("+15550100002")
        var dumped = ""
        dump([secret], to: &dumped)
        #expect(secret.revealed == "+15550100002")
        for printed in ["\(secret)", String(reflecting: secret), "\([secret])", "\(Optional(secret) as Any)", dumped] {
            #expect(!printed.contains("555"))
        }
    }

    @Test func `spans of time keep whole milliseconds`() {
        #expect(Milliseconds(.microseconds(1_999)) == 1)
        #expect(Milliseconds(.seconds(-2) + .milliseconds(500)) == Milliseconds(-1500))
        #expect(Milliseconds(250).duration == .milliseconds(250))
        #expect(Instant(microseconds: 5_000_001) - Instant(microseconds: 1) == .seconds(5))
    }
}
