import Domain
import Loop
import Testing

@testable import Providers

/// The recognizer's protocol, without any decoder.
struct SphinxListeningTests {
    private static let rate = 8_000

    /// A machine, its clock, and what it said.
    private struct Desk {
        var machine = SphinxListening(rate: SphinxListeningTests.rate, patience: .seconds(2))
        var now = Moment(nanoseconds: 1_000_000_000)
        var delivered: [RecognizerEvent] = []
        var takes: [SphinxTake] = []

        init() { take(machine.opened()) }

        mutating func take(_ steps: [SphinxListening.Step]) {
            for step in steps {
                switch step {
                case .deliver(let event): delivered.append(event)
                case .understand(let take): takes.append(take)
                }
            }
        }

        /// In frames of 20 ms.
        mutating func hear(_ milliseconds: Int, level: Int16) {
            for _ in 0..<(milliseconds / 20) {
                now = now + .milliseconds(20)
                let frame = (0..<160).map { $0 % 2 == 0 ? level : -level }
                take(machine.heard(frame, at: now))
                if let due = machine.wakeAt, due <= now { take(machine.woke(at: now)) }
            }
        }

        mutating func answer(_ text: String) {
            guard let last = takes.last else { return }
            let words = RecognizedText(
                text: Private(text), words: [], confidence: nil, startedAt: last.startedAt, endedAt: last.endedAt)
            take(machine.understood(last.number, .success(words), at: now))
        }

        mutating func endTurn() { take(machine.turnEnded(at: now)) }

        var settled: [String] {
            delivered.compactMap { if case .settled(let text) = $0 { text.text.revealed } else { nil } }
        }
        var interims: [String] {
            delivered.compactMap { if case .interim(let text) = $0 { text.text.revealed } else { nil } }
        }
        var ends: [RecognizedEnd] {
            delivered.compactMap { if case .endOfTurn(let end) = $0 { end } else { nil } }
        }
    }

    @Test func `a turn's end is decoded at once, and settled when nothing follows`() {
        var desk = Desk()
        desk.hear(600, level: 0)
        desk.hear(800, level: 4_000)
        desk.hear(100, level: 0)
        desk.endTurn()
        #expect(desk.takes.map(\.purpose) == [.end])
        // Of the silence before only the last bit is decoded.
        #expect(desk.takes[0].samples.count <= (800 + 800 + 100) * 8)
        desk.answer("where is my card")
        #expect(desk.settled == [])
        #expect(desk.interims == ["where is my card"])
        desk.hear(200, level: 0)
        #expect(desk.settled == ["where is my card"])
        #expect(desk.ends == [.asked])
    }

    @Test func `who goes on was not at the end: what was understood is thrown away`() {
        var desk = Desk()
        desk.hear(800, level: 4_000)
        desk.hear(100, level: 0)
        desk.endTurn()
        desk.hear(240, level: 4_000)
        desk.answer("my number is")
        #expect(desk.settled == [])
        desk.hear(400, level: 4_000)
        desk.hear(100, level: 0)
        desk.endTurn()
        desk.answer("my number is four two")
        desk.hear(220, level: 0)
        #expect(desk.settled == ["my number is four two"])
        #expect(desk.takes.last?.firstSample == desk.takes.first?.firstSample)
        #expect(desk.ends == [.asked])
    }

    @Test func `a click behind the end changes nothing`() {
        var desk = Desk()
        desk.hear(800, level: 4_000)
        desk.endTurn()
        desk.answer("yes")
        desk.hear(40, level: 4_000)
        desk.hear(200, level: 0)
        #expect(desk.settled == ["yes"])
    }

    @Test func `a long utterance shows what there is so far`() {
        var desk = Desk()
        desk.hear(1_200, level: 4_000)
        #expect(desk.takes.map(\.purpose) == [.glimpse])
        desk.answer("i would like")
        desk.hear(1_600, level: 4_000)
        #expect(desk.takes.map(\.purpose) == [.glimpse, .glimpse])
        desk.answer("i would like to know")
        #expect(desk.interims == ["i would like", "i would like to know"])
        #expect(desk.settled == [])
    }

    @Test func `silence ends a turn that nobody else ends`() {
        var desk = Desk()
        desk.hear(500, level: 4_000)
        desk.hear(900, level: 0)
        desk.answer("hello")
        #expect(desk.settled == ["hello"])
        #expect(desk.ends == [.pause])
    }

    @Test func `when nobody has spoken the answer is empty, and comes at once`() {
        var desk = Desk()
        desk.hear(2_000, level: 20)
        desk.endTurn()
        #expect(desk.takes == [])
        #expect(desk.settled == [""])
        #expect(desk.ends == [.asked])
        #expect(desk.machine.heldCount <= 2 * 400 * 8 + 160)
    }

    @Test func `an utterance without an end is cut`() {
        var desk = Desk()
        for _ in 0..<30 {
            desk.hear(960, level: 4_000)
            desk.hear(40, level: 0)
            if desk.takes.last?.purpose == .glimpse { desk.answer("") }
        }
        desk.hear(40, level: 4_000)
        #expect(desk.takes.last?.purpose == .end)
        #expect(desk.takes.last.map { $0.samples.count >= 240_000 } == true)
        desk.answer("much")
        #expect(desk.settled == ["much"])
        #expect(desk.machine.heldCount < 8_000)
    }

    @Test func `a decoder that does not answer is a stall, and one that is late finds nobody`() {
        var desk = Desk()
        desk.hear(800, level: 4_000)
        desk.endTurn()
        desk.hear(2_020, level: 0)
        #expect(desk.delivered.fault == StreamFault(.stalled(.middle)))
        let count = desk.delivered.count
        desk.answer("late")
        #expect(desk.delivered.count == count)
        #expect(desk.machine.isOver)
    }

    @Test func `the last words are still said, then it ends`() {
        var desk = Desk()
        desk.hear(800, level: 4_000)
        desk.take(desk.machine.finished(at: desk.now))
        desk.answer("goodbye")
        #expect(desk.settled == ["goodbye"])
        #expect(desk.delivered.last == .ended)
        var quiet = Desk()
        quiet.take(quiet.machine.finished(at: quiet.now))
        #expect(quiet.delivered == [.opened, .ended])
    }
}
