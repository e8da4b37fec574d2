import CFlite
import Domain

/// Speaks one sentence on the calling thread, which it keeps until the sentence is over.
final class FliteMouth {
    enum Said: Hashable, Sendable {
        /// Where each of the tokens ends, in seconds; before any sound.
        case tokens([Float])
        case audio([UInt8])
    }

    enum Outcome: Hashable, Sendable {
        case spoken
        case stopped
        case failed
        case noVoice
    }

    private let format: SoundFormat
    private let isStopped: () -> Bool
    private let deliver: (Said) -> Void
    private var ends: [Float] = []
    private var hasBegun = false
    private var resampler: (rate: Int, Resampler)?
    private var samples: [Int16] = []

    private init(_ format: SoundFormat, _ isStopped: @escaping () -> Bool, _ deliver: @escaping (Said) -> Void) {
        (self.format, self.isStopped, self.deliver) = (format, isStopped, deliver)
    }

    /// Asks before each piece of sound, of some 20 ms, whether it shall go on.
    static func speak(
        _ sentence: FliteSentence, _ voice: LocalSettings.Voice, speed: Double, _ format: SoundFormat,
        unless isStopped: @escaping () -> Bool, _ deliver: @escaping (Said) -> Void
    ) -> Outcome {
        guard !sentence.spoken.isEmpty else { return .spoken }
        guard let found = unsafe flite_find(voice.rawValue) else { return .noVoice }
        let mouth = FliteMouth(format, isStopped, deliver)
        // It is not let go before `flite_speak` returns, and nobody keeps the pointer after that.
        var listener = unsafe flite_listener()
        unsafe listener.context = unsafe Unmanaged.passUnretained(mouth).toOpaque()
        unsafe listener.word = { context, _, _, _, seconds in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<FliteMouth>.fromOpaque(context).takeUnretainedValue().ends.append(seconds)
        }
        unsafe listener.sound = { context, samples, count, rate in
            guard let context = unsafe context, let samples = unsafe samples else { return 1 }
            let mouth = unsafe Unmanaged<FliteMouth>.fromOpaque(context).takeUnretainedValue()
            return unsafe mouth.heard(UnsafeBufferPointer(start: samples, count: count).span, rate: Int(rate)) ? 0 : 1
        }
        let outcome = withExtendedLifetime(mouth) {
            unsafe flite_speak(found, sentence.spoken, Float(speed), &listener)
        }
        switch outcome {
        case FLITE_SPOKEN:
            mouth.finish()
            return .spoken
        case FLITE_STOPPED: return .stopped
        default: return .failed
        }
    }

    private func heard(_ sound: Span<Int16>, rate: Int) -> Bool {
        guard !isStopped() else { return false }
        if !hasBegun {
            hasBegun = true
            deliver(.tokens(ends))
        }
        samples.removeAll(keepingCapacity: true)
        if rate == format.rate {
            for index in sound.indices { samples.append(sound[index]) }
        } else {
            if resampler?.rate != rate { resampler = (rate, Resampler(from: rate, to: format.rate)) }
            resampler?.1.add(sound, to: &samples)
        }
        give()
        return true
    }

    private func finish() {
        samples.removeAll(keepingCapacity: true)
        resampler?.1.finish(to: &samples)
        give()
    }

    private func give() {
        guard !samples.isEmpty else { return }
        switch format.encoding {
        case .g711(let law): deliver(.audio(samples.map(law.encode)))
        case .linear16:
            deliver(.audio(samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }))
        }
    }
}
