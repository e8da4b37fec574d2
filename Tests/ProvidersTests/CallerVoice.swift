import Domain
import Simulators

/// A caller's words as frames of twenty milliseconds.
struct CallerVoice {
    let frames: [[UInt8]]

    init(_ text: String, pause: Milliseconds = 0, format: SoundFormat = .telephone) {
        let silence = [Int16](repeating: 0, count: Int(pause.count) * format.rate / 1_000)
        let bytes = SimulatedSound(format).bytes(WordTones(rate: format.rate).speak(text).samples + silence)
        let length = format.bytes(in: 20)
        frames = stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
    }

    func speak(to stream: any RecognizerStream) {
        for frame in frames { stream.hear(frame.span) }
    }
}

extension Array where Element == RecognizerEvent {
    /// All that was settled, as one text.
    var settledText: String {
        compactMap {
            if case .settled(let transcript) = $0, !transcript.isEmpty { transcript.text.revealed } else { nil }
        }
        .joined(separator: " ")
    }

    var fault: StreamFault? {
        for case .failed(let fault) in self { return fault }
        return nil
    }
}
