import BareSums
import Domain
import Foundation
import Loop
import Providers

/// What hearing and speaking by ourselves cost.
enum VoiceContests {
    static let all = [silero, flite]

    private static let seconds = 120

    // MARK: - Hearing

    private static let silero = Contest(
        name: "silero", question: "CPU to tell speech in a second of one call's sound",
        peer: "a bare loop of the same multiply-adds over as many weights", unit: "µs", goal: .atMost(2.5)
    ) { body in
        let folder = ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"]
        let listener = SileroListener(try SileroNetwork.load(folder: folder))
        var memory = SileroMemory()
        let chunks = seconds * 8_000 / SileroNetwork.chunk
        let sound = (0..<SileroNetwork.chunk).map { Int16($0 % 37 * 211 - 4_000) }
        try body(
            {
                var sum: Float = 0
                let spent = Accounts.ownTime()
                for _ in 0..<chunks { sum += listener.judge(sound.span, &memory) }
                return perSecond(since: spent, sum)
            },
            {
                // Of each layer: how many weights it has, and for how many places they serve.
                let layers = [
                    (128 * 160, 4), (195 * 128, 4), (384 * 64, 2), (128 * 64, 1), (64 * 128, 1), (256 * 512, 1),
                ]
                let weights = [Float](repeating: 0.001, count: layers.reduce(0) { $0 + $1.0 })
                var sum: Float = 0
                let spent = Accounts.ownTime()
                for _ in 0..<chunks {
                    weights.withUnsafeBufferPointer { weights in
                        guard var place = weights.baseAddress else { return }
                        for (count, rows) in layers {
                            sum += bare_sums(place, count, Int32(rows))
                            place += count
                        }
                    }
                }
                return perSecond(since: spent, sum)
            })
    }

    private static func perSecond(since spent: UInt64, _ sum: Float) -> Figure {
        let each = Double(Accounts.ownTime() - spent) / 1_000 / Double(seconds)
        // So that nobody finds out that the sums are not wanted.
        return Figure(each, note: sum.isNaN ? "(no number)" : "")
    }

    // MARK: - Speaking

    private static let sentences = [
        "I have found your order, and it left our house on Monday morning.",
        "The parcel weighs four pounds, and it is on its way to you now.",
        "You can follow it with the number that we sent you by letter.",
        "If it has not come by the end of the week, please call us again.",
    ]

    private static let flite = Contest(
        name: "flite", question: "from asking for four sentences to the first sound of them",
        peer: "the same words as one sentence", unit: "ms", goal: .atMost(0.5)
    ) { body in
        try body(
            { try firstSound(of: sentences.joined(separator: " ")) },
            { try firstSound(of: sentences.joined(separator: " ").replacing(".", with: ",")) })
    }

    /// Of several tries, the median; and how much sound came with it, in milliseconds.
    private static func firstSound(of text: String) throws -> Figure {
        try Loops.run(1, name: "voice") { loops in
            let loop = loops.first
            guard let desk = try FliteDesk(.rms, threads: 1) else { throw Trouble("libflite1 is not installed") }
            let synthesizer = FliteSynthesizer(desk, on: loop)
            var times: [Double] = []
            var bytes = 0
            for _ in 0..<9 {
                let heard = FirstSound()
                let began = Moment.now
                let stream = synthesizer.speak(SynthesizerRequest(voice: "rms")) { event in
                    guard case .audio(let audio) = event, heard.took == nil else { return }
                    heard.took = Moment.now - began
                    heard.bytes = audio.count
                }
                stream.say(text)
                stream.finish()
                while heard.took == nil { try await loop.sleep(for: .microseconds(200)) }
                stream.cancel()
                times.append((heard.took ?? .zero).inSeconds * 1_000)
                bytes = heard.bytes
            }
            return Figure(times.median, note: "(\(SoundFormat.telephone.duration(ofBytes: bytes).count) ms of it)")
        }
    }

    /// On one loop.
    private final class FirstSound {
        var took: Duration?
        var bytes = 0
    }
}
