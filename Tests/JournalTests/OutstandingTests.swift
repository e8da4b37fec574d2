import Testing

@testable import Journal

struct OutstandingTests {
    @Test func `it answers like a set of numbers, whatever is asked in whatever order`() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            var outstanding = Outstanding()
            var model: Set<UInt64> = []
            var next = UInt64.random(in: 1...200, using: &random)
            var forgotten: UInt64 = 0
            for _ in 0..<600 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4:
                    next += Bool.random(using: &random) ? 1 : UInt64.random(in: 1...90, using: &random)
                    outstanding.add(next)
                    model.insert(next)
                case 4..<7:
                    let number = UInt64.random(in: 0...next + 70, using: &random)
                    let wasThere = outstanding.remove(number)
                    #expect(wasThere == (model.remove(number) != nil))
                case 7:
                    forgotten = max(forgotten, model.min() ?? next + 1)
                    outstanding.forget(below: forgotten)
                default:
                    let first = UInt64.random(in: 0...next + 70, using: &random)
                    let last = UInt64.random(in: 0...next + 70, using: &random)
                    let expected = first <= last && model.contains { $0 >= first && $0 <= last }
                    #expect(outstanding.containsAny(from: first, through: last) == expected)
                    #expect(outstanding.contains(first) == model.contains(first))
                }
                #expect(outstanding.count == model.count)
            }
        }
    }
}
