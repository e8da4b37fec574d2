import Domain
import HTTP
import Service
import Wire

/// An order as Telnyx' second interface wants it: JSON to a path, with an id by which it knows the command again.
struct TelnyxRequest {
    /// Dialling ends in this many seconds at the least, and at the most.
    private static let ringing = 5...600

    let base: String
    let key: Secret
    /// The application that calls go out through.
    let connection: String?
    let webhookURL: String

    func request(_ order: CarrierOrder) throws(CarrierError) -> ClientRequest {
        var members = try body(order.command)
        if let tag = order.tag { members.append(("client_state", .string(Self.state(tag)))) }
        members.append(("command_id", .string(order.id.description)))
        return ClientRequest(
            .post, base + (try path(order)),
            headers: Headers([
                .authorization: "Bearer \(key.revealed)", .contentType: "application/json", .accept: "application/json",
            ]),
            body: .bytes(JSONValue.object(members).bytes()))
    }

    static func state(_ tag: LegTag) -> String { Base64.standard.encode(Array(tag.text.utf8).span) }

    private func path(_ order: CarrierOrder) throws(CarrierError) -> String {
        if case .dial = order.command { return "/calls" }
        guard let leg = order.leg else { throw .refused(status: 0, code: "no leg was named") }
        return "/calls/\(PercentCoding.encode(leg))/actions/\(Self.action(order.command))"
    }

    private static func action(_ command: CarrierCommand) -> String {
        switch command {
        case .dial: ""
        case .answer: "answer"
        case .hangup: "hangup"
        case .transfer: "transfer"
        case .bridge: "bridge"
        case .startPlayback: "playback_start"
        case .stopPlayback: "playback_stop"
        case .speak: "speak"
        case .gather: "gather"
        case .sendDigits: "send_dtmf"
        case .startRecording: "record_start"
        case .stopRecording: "record_stop"
        case .startStreaming: "streaming_start"
        case .stopStreaming: "streaming_stop"
        }
    }

    private func body(_ command: CarrierCommand) throws(CarrierError) -> [(String, JSONValue)] {
        switch command {
        case .dial(let dial): return try self.dial(dial)
        case .answer(let stream):
            return webhook + [("send_silence_when_idle", .bool(true))] + (stream.map(Self.stream) ?? [])
        case .hangup: return []
        case .transfer(let transfer):
            var members: [(String, JSONValue)] = [
                ("to", .string(transfer.to.revealed)), ("timeout_secs", Self.seconds(transfer.ringing)),
                ("target_leg_client_state", .string(Self.state(transfer.tag))),
            ]
            if let from = transfer.from { members.append(("from", .string(from.revealed))) }
            return members + webhook
        case .bridge(let other): return [("call_control_id", .string(other))]
        case .startPlayback(let url, let times):
            return [("audio_url", .string(url)), ("loop", .integer(Int64(min(max(times, 1), 100))))]
        case .stopPlayback: return [("stop", .string("all"))]
        case .speak(let text, let voice, let language):
            return [
                ("payload", .string(text.revealed)), ("payload_type", .string("text")), ("voice", .string(voice)),
                ("language", .string(language)),
            ]
        case .gather(let gather):
            var members: [(String, JSONValue)] = [
                ("maximum_digits", .integer(Int64(min(max(gather.digitsMax, 1), 128)))),
                ("timeout_millis", .integer(Milliseconds(gather.patience).count)),
            ]
            if let end = gather.end { members.append(("terminating_digit", .string(String(end)))) }
            return members
        case .sendDigits(let digits): return [("digits", .string(digits.revealed))]
        case .startRecording(let channels):
            return [("channels", .string(channels == 2 ? "dual" : "single")), ("format", .string("wav"))]
        case .stopRecording, .stopStreaming: return []
        case .startStreaming(let stream): return Self.stream(stream)
        }
    }

    private func dial(_ dial: CarrierCommand.Dial) throws(CarrierError) -> [(String, JSONValue)] {
        guard let connection else { throw .notConfigured("TELNYX_CONNECTION_ID") }
        var members: [(String, JSONValue)] = [
            ("connection_id", .string(connection)), ("to", .string(dial.to.revealed)),
            ("from", .string(dial.from.revealed)), ("timeout_secs", Self.seconds(dial.ringing)),
        ]
        if let length = dial.lengthMax {
            members.append(("time_limit_secs", .integer(min(max(length.components.seconds, 60), 14_400))))
        }
        if dial.detectsMachines { members.append(("answering_machine_detection", .string("premium"))) }
        return members + webhook + (dial.stream.map(Self.stream) ?? [])
    }

    private var webhook: [(String, JSONValue)] {
        [("webhook_url", .string(webhookURL)), ("webhook_url_method", .string("POST"))]
    }

    private static func seconds(_ duration: Duration) -> JSONValue {
        .integer(min(max(duration.components.seconds, Int64(ringing.lowerBound)), Int64(ringing.upperBound)))
    }

    private static func stream(_ stream: CarrierCommand.MediaStream) -> [(String, JSONValue)] {
        let codec = JSONValue.string(stream.codec.rawValue.uppercased())
        return [
            ("stream_url", .string(stream.url.revealed)), ("stream_track", .string("inbound_track")),
            ("stream_codec", codec), ("stream_bidirectional_mode", .string("rtp")),
            ("stream_bidirectional_codec", codec),
        ]
    }
}
