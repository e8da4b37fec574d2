import Crypto
package import Domain
package import HTTP
import Wire

/// One callback of Twilio: a form, and in the address what we had put there.
package struct TwilioWebhook: Hashable, Sendable {
    /// What it is about. The raw value is the last part of the address we give.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Somebody calls; Twilio waits to hear what to do.
        case voice
        case status
        case recording
        case stream
        /// Who or what answered, told by itself.
        case machine
        /// Somebody pressed what was asked for; Twilio waits to hear what to do.
        case gather
    }

    package let kind: Kind
    package let call: String
    package let tag: LegTag?
    package let from: Private<String>?
    package let to: Private<String>?
    package let isInbound: Bool
    package let at: Instant
    /// The command that this answers.
    let key: String?
    private let fields: [String: String]

    /// `tag` and `key` are the query's items of those names: the leg, and the command that this answers. `received` stands in where the carrier names no time.
    package init(_ kind: Kind, _ form: Query, tag: String?, key: String? = nil, received: Instant) throws(WebhookFault)
    {
        fields = Dictionary(form.items.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let call = fields["CallSid"], !call.isEmpty else { throw .missing("CallSid") }
        self.kind = kind
        self.key = key
        self.call = call
        self.tag = tag.flatMap(LegTag.init)
        from = fields["From"].map { Private($0) }
        to = fields["To"].map { Private($0) }
        isInbound = fields["Direction"] == "inbound"
        let time = fields["Timestamp"].flatMap { RFC3339.timestamp($0) ?? RFC2822.timestamp($0) }
        at = time.map { Instant(microseconds: $0.microseconds) } ?? received
    }

    package subscript(field: String) -> String? { fields[field] }

    /// Twilio numbers none of its callbacks: what it says of what is its name.
    package var id: String {
        let part: [String?] =
            switch kind {
            case .voice: ["voice"]
            case .status: ["status", fields["CallStatus"], fields["SequenceNumber"]]
            case .recording: ["recording", fields["RecordingSid"], fields["RecordingStatus"]]
            case .stream: ["stream", fields["StreamSid"], fields["StreamEvent"]]
            case .machine: ["machine", fields["AnsweredBy"]]
            case .gather: ["gather", key ?? fields["Digits"]]
            }
        return ([call] + part.map { $0 ?? "" }).joined(separator: "/")
    }
}
