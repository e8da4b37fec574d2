import Domain
import Wire

/// What a client wants of Cartesia, read strictly.
struct CartesiaOrderRead {
    let context: String
    let text: String
    let goesOn: Bool
    let isCancel: Bool
    let wantsTimes: Bool
    /// Text is spoken at once, and each time is told that it was.
    let isUnbuffered: Bool
    let format: SoundFormat

    /// Nil for what Cartesia would refuse.
    init?(_ order: JSONValue) {
        guard let context = order["context_id"]?.text, !context.isEmpty else { return nil }
        self.context = context
        isCancel = order["cancel"] == .bool(true)
        if isCancel {
            (text, goesOn, wantsTimes, isUnbuffered, format) = ("", false, false, false, .telephone)
            return
        }
        guard order["model_id"]?.text != nil, let text = order["transcript"]?.text,
            order["voice"]?["mode"]?.text == "id", order["voice"]?["id"]?.text != nil,
            let output = order["output_format"], output["container"]?.text == "raw",
            let rate = output["sample_rate"]?.wholeNumber, rate > 0, rate % 8_000 == 0, rate <= 48_000
        else { return nil }
        switch output["encoding"]?.text {
        case "pcm_mulaw": format = SoundFormat(.g711(.muLaw), rate: Int(rate))
        case "pcm_alaw": format = SoundFormat(.g711(.aLaw), rate: Int(rate))
        case "pcm_s16le": format = SoundFormat(.linear16, rate: Int(rate))
        default: return nil
        }
        self.text = text
        goesOn = order["continue"] == .bool(true)
        wantsTimes = order["add_timestamps"] == .bool(true)
        isUnbuffered = order["max_buffer_delay_ms"]?.wholeNumber == 0
    }
}
