import Domain
import Testing

@testable import Providers

/// What the next recognizer hears again.
struct AudioReplayTests {
    private func held(_ replay: borrowing AudioReplay) -> [UInt8] {
        var all: [UInt8] = []
        replay.withBytes { span in for index in span.indices { all.append(span[index]) } }
        return all
    }

    @Test func `settled audio is dropped, and time goes on`() {
        var replay = AudioReplay(.telephone, longest: 1_000)
        replay.append([UInt8](repeating: 1, count: 800).span)
        replay.append([UInt8](repeating: 2, count: 800).span)
        replay.settled(upTo: 100)
        #expect(held(replay) == [UInt8](repeating: 2, count: 800))
        #expect(replay.startedAt == 100)
        replay.settled(upTo: 50)
        #expect(replay.count == 800)
        replay.settled(upTo: 5_000)
        #expect(replay.count == 0)
        #expect(replay.startedAt == 200)
    }

    @Test func `the oldest audio goes when there is too much`() {
        var replay = AudioReplay(.telephone, longest: 100)
        for value in 0..<10 { replay.append([UInt8](repeating: UInt8(value), count: 200).span) }
        #expect(replay.count == 800)
        #expect(held(replay).first == 6)
        #expect(replay.startedAt == 150)
    }

    @Test func `a sample of two bytes is never torn`() {
        var replay = AudioReplay(SoundFormat(.linear16, rate: 8_000), longest: 10)
        replay.append([UInt8](repeating: 0, count: 161).span)
        #expect(replay.start == 0)
        replay.append([0].span)
        #expect(replay.start == 2)
    }
}
