import Testing
import Wire

@testable import Crypto

@Suite struct UUIDTests {
    /// RFC 9562, appendix A.6.
    @Test func `the published version 7 comes out`() throws {
        let id = UUID.v7(at: Timestamp(milliseconds: 1_645_557_742_000), random: 0xCC3 << 62 | 0x18C4_DC0C_0C07_398F)
        #expect(id.description == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        #expect(id.time == Timestamp(milliseconds: 1_645_557_742_000))
        #expect(id.version == 7)
    }

    @Test(arguments: [UInt128.min, .max, 0x919108F7_52D1_4320_9BAC_F847DB4148A8])
    func `version and variant stand whatever the randomness`(random: UInt128) {
        let (four, seven) = (UUID.v4(random: random), UUID.v7(at: Timestamp(milliseconds: 1), random: random))
        #expect(four.version == 4 && seven.version == 7)
        #expect(four.bytes[8] >> 6 == 0b10 && seven.bytes[8] >> 6 == 0b10)
        #expect(four.time == nil)
    }

    @Test func `text and bytes come back as they went`() throws {
        let id = UUID.v4()
        #expect(UUID(id.description) == id)
        #expect(UUID(id.description.uppercased()) == id)
        let bytes = id.bytes, cut = Array(bytes.dropLast())
        let read = UUID(bytes: bytes.span), short = UUID(bytes: cut.span)
        #expect(read == id)
        #expect(short == nil)
    }

    @Test(arguments: [
        "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2_79b0_7cc3_98c4_dc0c0c07398f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    ])
    func `what is not the one form is no identifier`(text: String) {
        #expect(UUID(text) == nil)
    }

    @Test func `each identifier is greater than the one before, whatever the clock does`() {
        var sequence = UUIDSequence()
        var last = UUID(value: 0)
        for milliseconds in [5, 5, 5, 6, 3, 1, 6, 7, 7] {
            for random in [UInt128.max, 0, 1 << 40] {
                let next = sequence.next(at: Timestamp(milliseconds: Int64(milliseconds)), random: random)
                #expect(next > last)
                #expect(next.version == 7 && next.bytes[8] >> 6 == 0b10)
                last = next
            }
        }
    }

    @Test func `a millisecond that runs over borrows from the next`() {
        var sequence = UUIDSequence()
        let now = Timestamp(milliseconds: 9)
        let first = sequence.next(at: now, random: .max)
        let second = sequence.next(at: now, random: 0)
        #expect(first.time == now)
        #expect(second.time == Timestamp(milliseconds: 10) && second > first)
    }

    @Test func `what happens within one millisecond keeps its order`() {
        var sequence = UUIDSequence()
        let first = sequence.next(at: Timestamp(microseconds: 1_001), random: UUIDSequence.tailMax >> 1)
        let second = sequence.next(at: Timestamp(microseconds: 1_999), random: 0)
        #expect(first < second && first.time == second.time)
    }

    @Test func `the process hands them out in order`() {
        var last = UUID.v7()
        for _ in 0..<1_000 {
            let next = UUID.v7()
            #expect(next > last)
            last = next
        }
    }
}
