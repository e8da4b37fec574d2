import Domain
import Testing

/// Both sides of a call on one line of time: what was heard when, and nothing else.
@Suite struct RecordingTrackTests {
    private static let start = Instant(microseconds: 1_000_000_000)
    private static let silence = G711.muLaw.silence

    /// A track with what came out of it so far, side by side.
    private struct Heard {
        var track = RecordingTrack(.muLaw, at: RecordingTrackTests.start)
        var caller: [UInt8] = []
        var agent: [UInt8] = []

        mutating func keep(_ frames: [UInt8]) {
            for place in stride(from: 0, to: frames.count, by: 2) {
                caller.append(frames[place])
                agent.append(frames[place + 1])
            }
        }

        mutating func look(at milliseconds: Int64) {
            if let frames = track.take(at: RecordingTrackTests.at(milliseconds)) { keep(frames) }
        }

        mutating func end(at milliseconds: Int64) { keep(track.takeAll(at: RecordingTrackTests.at(milliseconds))) }

        /// Frames of 20 ms, each as it is over.
        mutating func hear(_ byte: UInt8, from first: Int64, to last: Int64) {
            for time in stride(from: first + 20, through: last, by: 20) {
                let frame = [UInt8](repeating: byte, count: 160)
                track.heard(frame.span, at: RecordingTrackTests.at(time))
            }
        }
    }

    private static func at(_ milliseconds: Int64) -> Instant { start.after(Milliseconds(milliseconds)) }
    private static func sound(_ byte: UInt8, _ milliseconds: Int) -> [UInt8] {
        [UInt8](repeating: byte, count: 8 * milliseconds)
    }

    /// As runs: which byte, for how many milliseconds.
    private static func runs(_ side: [UInt8]) -> [[Int]] {
        var runs: [[Int]] = []
        for byte in side {
            if runs.last?[0] == Int(byte) { runs[runs.count - 1][1] += 1 } else { runs.append([Int(byte), 1]) }
        }
        return runs.map { [$0[0], $0[1] / 8] }
    }

    @Test func `each side stands where it was heard, with silence where nothing was`() {
        var heard = Heard()
        heard.hear(1, from: 0, to: 1_000)
        heard.track.sent(Self.sound(2, 500), at: Self.at(1_200))
        heard.hear(3, from: 1_000, to: 2_000)
        heard.end(at: 2_000)
        #expect(Self.runs(heard.caller) == [[1, 1_000], [3, 1_000]])
        #expect(Self.runs(heard.agent) == [[255, 1_200], [2, 500], [255, 300]])
        #expect(heard.track.length == 2_000)
    }

    @Test func `what was sent ahead and cleared before it was played is not there`() {
        var heard = Heard()
        heard.hear(1, from: 0, to: 1_000)
        // Four pieces at once, the last two of which nobody hears.
        for (number, byte) in [(1, UInt8(10)), (2, 11), (3, 12), (4, 13)] {
            heard.track.sent(Self.sound(byte, 100), at: Self.at(1_000))
            heard.track.marked(MarkNumber(number))
        }
        heard.track.played(MarkNumber(1))
        heard.track.cleared(at: Self.at(1_150))
        heard.track.sent(Self.sound(20, 100), at: Self.at(1_400))
        heard.hear(1, from: 1_000, to: 1_600)
        heard.end(at: 1_600)
        #expect(Self.runs(heard.agent) == [[255, 1_000], [10, 100], [11, 50], [255, 250], [20, 100], [255, 100]])
        #expect(!heard.agent.contains(12) && !heard.agent.contains(13))
    }

    @Test func `marks that stay out say that the carrier has not played what the clock says it has`() {
        var heard = Heard()
        for number in 1...12 {
            heard.track.sent(Self.sound(UInt8(number), 100), at: Self.at(100 * Int64(number - 1)))
            heard.track.marked(MarkNumber(number))
            if number <= 2 { heard.track.played(MarkNumber(number)) }
        }
        heard.track.cleared(at: Self.at(1_200))
        heard.end(at: 1_200)
        // Behind the last mark no more than is ever sent ahead.
        #expect(heard.agent.count == 8 * (200 + Int(PlayoutSettings().lead.count)))
        #expect(heard.agent.max() == 6)

        // A carrier that gives no marks at all is believed by the clock.
        var other = Heard()
        for number in 1...12 {
            other.track.sent(Self.sound(UInt8(number), 100), at: Self.at(100 * Int64(number - 1)))
            other.track.marked(MarkNumber(number))
        }
        other.track.cleared(at: Self.at(1_150))
        other.end(at: 1_200)
        #expect(other.agent.count == 8 * 1_150)
    }

    @Test func `who hangs up in our word has not heard the rest of it`() {
        var heard = Heard()
        heard.hear(1, from: 0, to: 500)
        heard.track.sent(Self.sound(2, 400), at: Self.at(400))
        heard.end(at: 500)
        #expect(Self.runs(heard.agent) == [[255, 400], [2, 100]])
        #expect(heard.caller.count == heard.agent.count)
    }

    @Test func `sound that comes back after a gap stands where it came back, and jitter is no gap`() {
        var heard = Heard()
        heard.hear(1, from: 0, to: 1_000)
        heard.hear(2, from: 4_000, to: 4_200)
        // Late by less than a gap, then all at once.
        let frame = Self.sound(3, 20)
        for _ in 0..<5 { heard.track.heard(frame.span, at: Self.at(4_350)) }
        heard.end(at: 4_350)
        #expect(Self.runs(heard.caller) == [[1, 1_000], [255, 3_000], [2, 200], [3, 100]])
    }

    @Test func `the first sound stands where it came in, to the sample`() {
        var heard = Heard()
        heard.hear(1, from: 130, to: 230)
        heard.end(at: 230)
        #expect(Self.runs(heard.caller) == [[255, 130], [1, 100]])
    }

    @Test func `only what nothing changes any more is given out, a piece at a time`() {
        var heard = Heard()
        let (open, piece) = (RecordingTrack.open.count, RecordingTrack.piece.count)
        heard.hear(1, from: 0, to: open + piece - 20)
        heard.look(at: open + piece - 20)
        #expect(heard.caller.isEmpty)
        heard.hear(1, from: open + piece - 20, to: open + piece)
        heard.look(at: open + piece)
        #expect(heard.caller.count == 8 * Int(piece) && heard.agent.count == heard.caller.count)
        heard.look(at: open + piece + 500)
        #expect(heard.caller.count == 8 * Int(piece))
        // Nothing came: then there is silence.
        heard.look(at: open + 3 * piece)
        heard.look(at: 2 * open + 3 * piece)
        heard.end(at: 2 * open + 3 * piece)
        #expect(Self.runs(heard.caller) == [[1, Int(open + piece)], [255, Int(2 * piece)]])
    }

    @Test func `neither side gets further ahead of time than it may`() {
        var heard = Heard()
        let flood = Self.sound(1, 10_000)
        heard.track.heard(flood.span, at: Self.at(20))
        heard.track.sent(Self.sound(2, 60_000), at: Self.at(20))
        heard.track.sent(Self.sound(3, 1_000), at: Self.at(20))
        let ahead = RecordingTrack.sentAheadMax.count + 20
        #expect(heard.track.length == Milliseconds(ahead))
        heard.end(at: ahead)
        #expect(Self.runs(heard.caller)[0] == [1, Int(RecordingTrack.aheadMax.count) + 20])
        #expect(Self.runs(heard.agent) == [[255, 20], [2, Int(RecordingTrack.sentAheadMax.count)]])
    }
}
