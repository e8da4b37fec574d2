import Crypto
import Domain
import Foundation
import Store

/// What it costs that a call can be run again.
enum TraceContests {
    static let all = [frame]

    private static let frames = 50 * 600

    /// A frame of twenty milliseconds, every fifth with a piece of sound sent, as when both sides have something to say.
    private static let frame = Contest(
        name: "trace-frame", question: "CPU to write a caller's frame into the trace of its call",
        peer: "decoding the frame's 160 bytes of mu-law", unit: "ns", goal: .atMost(1)
    ) { body in
        let settings = ConversationSettings(
            call: CallID(UUID.v7()), direction: .inbound, recognizers: ["a"],
            models: [ModelName(provider: "m", model: "m")], voices: [VoiceName(provider: "v", voice: "v")])
        let began = Instant(microseconds: 1_800_000_000_000_000)
        let sound = (0..<160).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let utterance = UtteranceID(UUID.v7())
        try body(
            {
                var bytes = 0
                let tracer = CallTracer(TraceOpening(settings, seed: 1, at: began)) {
                    bytes += $0.count
                    return true
                }
                let spent = Accounts.ownTime()
                for number in 0..<frames {
                    let place = Milliseconds(Int64(number) * 20)
                    let input = Input.heard(
                        CallerFrame(
                            mediaAt: place, probability: Fraction(percent: number % 101),
                            energy: Fraction(percent: number % 17)))
                    let sent: [Effect] =
                        number % 5 == 0
                        ? [.send(utterance, from: place, length: 100, mark: MarkNumber(number / 5))] : []
                    tracer.took(input, at: began.after(place), sent)
                }
                return each(since: spent, "(\(bytes * 50 / frames) bytes a second)")
            },
            {
                var sum = 0
                let spent = Accounts.ownTime()
                for _ in 0..<frames { for byte in sound { sum &+= Int(G711.muLaw.decode(byte)) } }
                // So that nobody finds out that the sum is not wanted.
                return each(since: spent, sum == .max ? "(a strange sum)" : "")
            })
    }

    private static func each(since spent: UInt64, _ note: String) -> Figure {
        Figure(Double(Accounts.ownTime() - spent) / Double(frames), note: note)
    }
}
