package import Domain
import Wire

/// A media stream from the carrier to us. Its address holds a secret and is not kept.
package struct TelnyxStream: Hashable, Sendable {
    package let id: String?
    package let codec: AudioCodec
    package let sampleRate: Int

    init(_ payload: JSONValue) {
        let parameters = payload["stream_params"]
        id = payload["stream_id"]?.text ?? parameters?["stream_id"]?.text
        let name = (parameters?["codec"] ?? payload["stream_codec"])?.text
        // What is not said is what the carrier does when nobody asks for anything else.
        codec = name.flatMap { AudioCodec(rawValue: $0.lowercased()) } ?? .pcmu
        let rate = (parameters?["sampling_rate"] ?? payload["sampling_rate"])?.wholeNumber
        sampleRate =
            rate.map { Int($0) } ?? (codec == .l16 || codec == .g722 ? 16_000 : codec == .opus ? 48_000 : 8_000)
    }
}
