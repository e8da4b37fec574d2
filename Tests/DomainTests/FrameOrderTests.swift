import Testing

@testable import Domain

/// Frames of a media stream that come out of order, twice, too late or not at all.
struct FrameOrderTests {
    /// What was given: the number that a frame's bytes say, and what was missing before it.
    private struct Given: Equatable {
        let number: UInt8
        let missing: Milliseconds

        init(_ number: UInt8, _ missing: Milliseconds = 0) { (self.number, self.missing) = (number, missing) }
    }

    private struct Line {
        var order = FrameOrder()
        var given: [Given] = []
        var length = 160

        mutating func take(_ number: Int64?, at time: Int64? = nil, saying what: UInt8? = nil) {
            let sound = [UInt8](repeating: what ?? UInt8(truncatingIfNeeded: number ?? 0), count: length)
            order.take(number, at: time ?? number.map { $0 * 20 }, sound.span) { missing, sound in
                given.append(Given(sound[0], missing))
            }
        }

        mutating func end() { order.end { given.append(Given($1[0], $0)) } }
    }

    private static func line(_ numbers: [Int64]) -> Line {
        var line = Line()
        for number in numbers { line.take(number) }
        return line
    }

    private static func tally(lost: Int = 0, late: Int = 0, reordered: Int = 0) -> FrameOrder.Tally {
        var tally = FrameOrder.Tally()
        (tally.lost, tally.late, tally.reordered) = (lost, late, reordered)
        return tally
    }

    @Test func `frames in order pass, whatever the first one's number is`() {
        let line = Self.line([7, 8, 9])
        #expect(line.given == [Given(7), Given(8), Given(9)])
        #expect(line.order.tally == Self.tally())
    }

    @Test func `a frame that comes behind later ones is waited for`() {
        let line = Self.line([1, 3, 4, 2, 5])
        #expect(line.given == [1, 2, 3, 4, 5].map { Given($0) })
        #expect(line.order.tally == Self.tally(reordered: 1))
    }

    @Test func `one is waited for until as many wait as may, and is then lost`() {
        var line = Self.line([1] + (3..<3 + Int64(FrameOrder.waitingMax)))
        #expect(line.given == [Given(1)])
        line.take(7)
        #expect(line.given == [Given(1), Given(3, 20), Given(4), Given(5), Given(6), Given(7)])
        line.take(2)
        #expect(line.given.count == 6)
        #expect(line.order.tally == Self.tally(lost: 1, late: 1))
    }

    @Test func `a second copy is dropped, of one that was given and of one that waits`() {
        let line = Self.line([1, 2, 2, 4, 4, 3])
        #expect(line.given == [1, 2, 3, 4].map { Given($0) })
        #expect(line.order.tally == Self.tally(late: 2, reordered: 1))
    }

    @Test func `several gaps are told each in its place`() {
        var line = Self.line([1, 3, 5, 8])
        line.end()
        #expect(line.given == [Given(1), Given(3, 20), Given(5, 20), Given(8, 40)])
        #expect(line.order.tally == Self.tally(lost: 4))
    }

    @Test func `without times the gap is as long as so many frames`() {
        var line = Line()
        let sound = [UInt8](repeating: 1, count: 240)
        for number: Int64 in [1, 4] {
            line.order.take(number, at: nil, sound.span) { line.given.append(Given($1[0], $0)) }
        }
        line.end()
        #expect(line.given == [Given(1), Given(1, 60)])
    }

    @Test func `times tell of sound that is missing though no frame is, but not of every wobble`() {
        var line = Line()
        line.take(1, at: 20)
        line.take(2, at: 20 + 20 + FrameOrder.wobble.count)
        line.take(3, at: 60)
        line.take(4, at: 80 + FrameOrder.wobble.count + 1)
        line.take(5, at: 100 + FrameOrder.wobble.count + 1)
        #expect(line.given == [Given(1), Given(2), Given(3), Given(4, FrameOrder.wobble + 1), Given(5)])
    }

    @Test func `a longer gap than may be filled is a break, and the clock goes on behind it`() {
        var line = Line()
        line.take(1, at: 0)
        line.take(2, at: 20 + FrameOrder.gapMax.count)
        line.take(3, at: 20 + 20 + 2 * FrameOrder.gapMax.count + 1)
        line.take(4, at: 60 + 2 * FrameOrder.gapMax.count + 1)
        line.take(5, at: 0)
        line.take(6, at: 20)
        #expect(line.given.map(\.missing) == [0, FrameOrder.gapMax, 0, 0, 0, 0])
    }

    @Test func `a frame without a number is taken as it comes`() {
        var line = Line()
        for _ in 0..<3 { line.take(nil, saying: 9) }
        #expect(line.given == [Given(9), Given(9), Given(9)])
    }

    @Test func `a number that leaps deafens nobody`() {
        var line = Self.line([1, 2])
        line.take(.max, at: 60)
        line.take(-1, at: 80, saying: 7)
        line.take(4 + FrameOrder.leapMax)
        line.take(3)
        #expect(line.given == [Given(1), Given(2), Given(255), Given(7), Given(3)])
        #expect(line.order.tally == Self.tally(late: 1))
    }

    @Test func `a carrier that counts anew is followed after a few frames`() {
        var line = Self.line([100, 101])
        let restart = Int64(FrameOrder.restartAfter)
        for number in 1..<restart { line.take(number) }
        #expect(line.given.count == 2)
        line.take(restart)
        line.take(restart + 1)
        #expect(line.given.suffix(2) == [Given(UInt8(restart)), Given(UInt8(restart + 1))])
        #expect(line.order.tally == Self.tally(late: FrameOrder.restartAfter - 1))
    }

    @Test func `a frame that is too long waits for nobody`() {
        var line = Self.line([1, 4])
        line.length = FrameOrder.waitingBytesMax + 1
        line.take(3)
        #expect(line.given == [Given(1), Given(3, 20), Given(4)])
        #expect(line.order.tally == Self.tally(lost: 1))
    }

    /// Each seed delays some frames, loses some and sends some twice, as a bad line does.
    @Test(arguments: 0..<4)
    func `in whatever disorder they come, each is given once, in order, and the clock is right`(_ part: UInt64) {
        for seed in part * 500..<(part + 1) * 500 {
            var (line, sent) = (Line(), Set<UInt8>())
            var chance = seed &* 0x9E37_79B9_7F4A_7C15 | 1
            func below(_ count: UInt64) -> UInt64 {
                chance ^= chance << 13
                chance ^= chance >> 7
                chance ^= chance << 17
                return chance % count
            }
            var coming: [(at: UInt64, number: Int64)] = []
            for number in 1...Int64(200) where below(12) != 0 {
                coming.append((UInt64(number) * 10 + below(4) * below(20), number))
                if below(20) == 0 { coming.append((UInt64(number) * 10 + below(200), number)) }
            }
            coming.append((10_000, 201))
            for frame in coming.sorted(by: { ($0.at, $0.number) < ($1.at, $1.number) }) {
                line.take(frame.number)
                sent.insert(UInt8(frame.number))
            }
            line.end()
            let numbers = line.given.map(\.number)
            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count, "seed \(seed)")
            #expect(sent.isSuperset(of: numbers) && numbers.last == 201, "seed \(seed)")
            // By the sound given and what was missing, the last one stands where its time says.
            let end = line.given.dropFirst().reduce(0) { $0 + $1.missing.count + 20 }
            #expect(end == Int64(201 - Int(numbers[0])) * 20, "seed \(seed)")
            #expect(line.order.tally.lost == 201 - Int(numbers[0]) + 1 - numbers.count, "seed \(seed)")
        }
    }
}
