import Domain
import Loop

@testable import Providers

enum DeepgramLaws {
    /// The bytes are messages with line ends between them, in one stream that is asked to end its turn in between.
    static func check(_ bytes: [UInt8]) {
        let settings = DeepgramSettings(key: nil)
        var now = Moment(nanoseconds: 1_000_000_000)
        var machine = DeepgramListening(settings, at: now)
        var steps = machine.opened(at: now)
        for (index, message) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            now = now + .milliseconds(index % 7 * 100)
            if index % 5 == 4 { steps += machine.turnEnded(at: now) }
            machine.sentAudio(160, at: now)
            steps += machine.received(Array(message).span, at: now)
            steps += machine.woke(at: now)
        }
        steps += machine.finished(at: now)
        steps += machine.woke(at: now + .seconds(60))
        precondition(machine.isOver, "a stream has no end")
        precondition(machine.wakeAt == nil, "a stream that is over wants to be woken")
        precondition(steps.count(where: isLast) == 1, "a stream has one end")
        guard let last = steps.last else { preconditionFailure("nothing was done") }
        precondition(isLast(last), "something was told after the end")
        for case .deliver(let event) in steps {
            if case .settled(let text) = event { precondition(text.endedAt >= text.startedAt, "time runs backwards") }
        }
    }

    private static func isLast(_ step: DeepgramListening.Step) -> Bool {
        switch step {
        case .deliver(.ended), .deliver(.failed): true
        default: false
        }
    }
}
