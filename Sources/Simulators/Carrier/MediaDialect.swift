import Domain
import Wire

/// How a carrier writes the frames of its media socket, and reads ours.
package enum MediaDialect: Hashable, Sendable {
    case telnyx
    case twilio
    /// A browser, which has sound in binary messages.
    case web

    /// What we may be told by whoever plays audio into the call.
    enum Order: Equatable {
        case media([UInt8])
        case mark(String)
        case clear
        /// Nothing that anybody would hear.
        case nothing
    }

    /// Nil for who does not say so.
    var connected: JSONValue? {
        switch self {
        case .web: nil
        case .telnyx: .object([("event", .string("connected")), ("version", .string("1.0.0"))])
        case .twilio:
            .object([
                ("event", .string("connected")), ("protocol", .string("Call")), ("version", .string("1.0.0")),
            ])
        }
    }

    func start(_ call: SimulatedLeg, stream: String, sequence: Int64) -> JSONValue {
        switch self {
        case .web:
            .object([("event", .string("start")), ("sample_rate", .integer(Int64(SimulatedBrowserSound.sampleRate)))])
        case .telnyx:
            .object([
                ("event", .string("start")), ("sequence_number", .string("\(sequence)")),
                ("stream_id", .string(stream)),
                (
                    "start",
                    .object([
                        ("user_id", .string("simulated")), ("call_control_id", .string(call.control)),
                        ("call_session_id", .string(call.session)), ("from", .string(call.from)),
                        ("to", .string(call.to)),
                        ("client_state", call.clientState.map { .string($0) } ?? .null),
                        (
                            "media_format",
                            .object([
                                ("encoding", .string("PCMU")), ("sample_rate", .integer(8_000)),
                                ("channels", .integer(1)),
                            ])
                        ),
                    ])
                ),
            ])
        case .twilio:
            .object([
                ("event", .string("start")), ("sequenceNumber", .string("\(sequence)")), ("streamSid", .string(stream)),
                (
                    "start",
                    .object([
                        ("accountSid", .string("AC00000000000000000000000000000000")), ("streamSid", .string(stream)),
                        ("callSid", .string(call.control)), ("tracks", .array([.string("inbound")])),
                        ("customParameters", .object(call.parameters.map { ($0, .string($1)) })),
                        (
                            "mediaFormat",
                            .object([
                                ("encoding", .string("audio/x-mulaw")), ("sampleRate", .integer(8_000)),
                                ("channels", .integer(1)),
                            ])
                        ),
                    ])
                ),
            ])
        }
    }

    func media(_ audio: [UInt8], chunk: Int64, stream: String, sequence: Int64) -> JSONValue {
        let media = JSONValue.object([
            ("track", .string("inbound")), ("chunk", .string("\(chunk)")),
            ("timestamp", .string("\((chunk - 1) * 20)")),
            ("payload", .string(Base64.standard.encode(audio.span))),
        ])
        return event("media", stream, sequence, ("media", media))
    }

    func key(_ digit: Character, stream: String, sequence: Int64) -> JSONValue {
        switch self {
        case .telnyx:
            event("dtmf", stream, sequence, ("dtmf", .object([("digit", .string(String(digit)))])))
        case .twilio:
            event(
                "dtmf", stream, sequence,
                ("dtmf", .object([("track", .string("inbound_track")), ("digit", .string(String(digit)))])))
        case .web: .object([("event", .string("dtmf")), ("digit", .string(String(digit)))])
        }
    }

    func mark(_ name: String, stream: String, sequence: Int64) -> JSONValue {
        self == .web
            ? .object([("event", .string("mark")), ("name", .string(name))])
            : event("mark", stream, sequence, ("mark", .object([("name", .string(name))])))
    }

    func stop(_ call: SimulatedLeg, stream: String, sequence: Int64) -> JSONValue {
        let stop: JSONValue =
            switch self {
            case .web: .null
            case .telnyx:
                .object([("user_id", .string("simulated")), ("call_control_id", .string(call.control))])
            case .twilio:
                .object([
                    ("accountSid", .string("AC00000000000000000000000000000000")), ("callSid", .string(call.control)),
                ])
            }
        return event("stop", stream, sequence, ("stop", stop))
    }

    /// Nil for what the carrier would refuse.
    func order(_ message: [UInt8], stream: String) -> Order? {
        guard let document = try? JSONValue(json: message) else { return nil }
        // Twilio wants to hear which stream is meant; Telnyx does not care.
        if self == .twilio, document["streamSid"]?.text != stream { return nil }
        switch document["event"]?.text {
        case "media":
            guard let payload = document["media"]?["payload"]?.text,
                let audio = try? Base64.standard.decode(payload)
            else { return nil }
            return .media(audio)
        case "mark": return (self == .web ? document : document["mark"])?["name"]?.text.map { .mark($0) }
        case "started": return self == .web ? .nothing : nil
        case "clear": return .clear
        default: return nil
        }
    }

    private func event(_ name: String, _ stream: String, _ sequence: Int64, _ member: (String, JSONValue)) -> JSONValue
    {
        switch self {
        case .telnyx:
            .object([
                ("event", .string(name)), ("sequence_number", .string("\(sequence)")), ("stream_id", .string(stream)),
                member,
            ])
        case .web: .object([("event", .string(name))])
        case .twilio:
            .object([
                ("event", .string(name)), ("sequenceNumber", .string("\(sequence)")), ("streamSid", .string(stream)),
                member,
            ])
        }
    }
}
