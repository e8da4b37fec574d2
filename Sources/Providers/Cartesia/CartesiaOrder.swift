import Domain
import Wire

/// What we may say on Cartesia's socket, each one text message.
enum CartesiaOrder: Equatable {
    /// Text behind what was said in this context; `goesOn` is false in the last one, which may be empty.
    case say(String, in: String, SynthesizerRequest, goesOn: Bool)
    case cancel(String)

    func message(model: String) -> String {
        var bytes = ByteQueue()
        bytes.appendJSON { json in
            json.beginObject()
            switch self {
            case .say(let text, let context, let request, let goesOn):
                Self.write(text, context, request, goesOn, model: model, to: &json)
            case .cancel(let context):
                json.name("context_id")
                json.string(context)
                json.name("cancel")
                json.bool(true)
            }
            json.endObject()
        }
        return bytes.text
    }

    private static func write(
        _ text: String, _ context: String, _ request: SynthesizerRequest, _ goesOn: Bool, model: String,
        to json: inout JSONWriter
    ) {
        for (name, value) in [("model_id", model), ("context_id", context), ("transcript", text)] {
            json.name(name)
            json.string(value)
        }
        json.name("continue")
        json.bool(goesOn)
        json.name("language")
        json.string(request.language)
        JSONValue.object([("mode", .string("id")), ("id", .string(request.voice))]).write(as: "voice", to: &json)
        let encoding =
            switch request.format.encoding {
            case .g711(.muLaw): "pcm_mulaw"
            case .g711(.aLaw): "pcm_alaw"
            case .linear16: "pcm_s16le"
            }
        JSONValue.object([
            ("container", .string("raw")), ("encoding", .string(encoding)),
            ("sample_rate", .integer(Int64(request.format.rate))),
        ]).write(as: "output_format", to: &json)
        json.name("add_timestamps")
        json.bool(true)
        // Whole sentences come; nothing is won by waiting for more.
        json.name("max_buffer_delay_ms")
        json.integer(0)
        if request.speed != 1 {
            JSONValue.object([("speed", .double(request.speed))]).write(as: "generation_config", to: &json)
        }
    }
}

extension JSONValue {
    fileprivate func write(as name: String, to json: inout JSONWriter) {
        json.name(name)
        write(to: &json)
    }
}

extension ByteQueue {
    /// What it holds, as text.
    var text: String { unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) } }
}
