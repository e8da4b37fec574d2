import Domain
import Loop
import Providers

/// Gives the person on the telephone a voice: all of their sentences, before the call begins. On its loop alone.
final class CallerVoice {
    /// Whoever needs longer for a sentence does not speak.
    private static let patience = Duration.seconds(20)

    private let synthesizer: any Synthesizer
    private let voice: String
    private let loop: Loop

    init(_ synthesizer: any Synthesizer, voice: String, on loop: Loop) {
        (self.synthesizer, self.voice, self.loop) = (synthesizer, voice, loop)
    }

    /// µ-law at 8 kHz.
    func sound(of text: String) async throws -> [UInt8] {
        var sound: [UInt8] = []
        var fault: StreamFault?
        var isOver = false
        let stream = synthesizer.speak(SynthesizerRequest(format: .telephone, voice: voice)) { event in
            switch event {
            case .audio(let bytes): sound += bytes
            case .words, .switched: break
            case .done: isOver = true
            case .failed(let reason): (fault, isOver) = (reason, true)
            }
        }
        stream.say(text)
        stream.finish()
        let limit = Moment.now + Self.patience
        while !isOver {
            guard Moment.now < limit else {
                stream.cancel()
                throw Trouble("the caller's voice needs longer than \(Self.patience) for a sentence")
            }
            try await loop.sleep(for: .milliseconds(5))
        }
        if let fault { throw Trouble("the caller's voice failed: \(fault)") }
        return sound
    }
}

extension CallerVoice {
    /// Our own voice, nil where it is not installed. The one that says a sentence the same way each time.
    static func ours(on loop: Loop) throws -> CallerVoice? {
        guard let desk = try FliteDesk(.kal, threads: 1) else { return nil }
        return CallerVoice(FliteSynthesizer(desk, on: loop), voice: LocalSettings.Voice.kal.rawValue, on: loop)
    }
}
