package import Domain
import Wire

/// One webhook of Telnyx' call control: which it is, of which leg, and what it says.
package struct TelnyxWebhook: Hashable, Sendable {
    package let id: String
    package let type: String
    package let at: Instant
    /// None if it is of no call.
    package let leg: CarrierLeg?
    package let connection: String?
    package let tag: LegTag?
    package let from: Private<String>?
    package let to: Private<String>?
    package let event: TelnyxEvent

    package init(_ body: [UInt8]) throws(WebhookFault) {
        guard let document = try? JSONValue(json: body) else { throw .notJSON }
        guard let data = document["data"], case .object = data else { throw .missing("data") }
        guard let id = data["id"]?.text, !id.isEmpty else { throw .missing("data.id") }
        guard let type = data["event_type"]?.text, !type.isEmpty else { throw .missing("data.event_type") }
        guard let at = data["occurred_at"]?.text.flatMap(RFC3339.timestamp) else { throw .missing("data.occurred_at") }
        let payload = data["payload"] ?? .null
        self.id = id
        self.type = type
        self.at = Instant(microseconds: at.microseconds)
        leg = payload["call_control_id"]?.text.map {
            CarrierLeg(
                carrier: Carrier.telnyx.rawValue, control: $0, session: payload["call_session_id"]?.text,
                leg: payload["call_leg_id"]?.text)
        }
        connection = payload["connection_id"]?.text
        tag = payload["client_state"]?.text.flatMap(Self.tag)
        from = payload["from"]?.text.map { Private($0) }
        to = payload["to"]?.text.map { Private($0) }
        event = TelnyxEvent(type, payload)
    }

    /// What we give as client_state. What others gave is none of ours, and not wrong.
    private static func tag(_ state: String) -> LegTag? {
        guard let bytes = try? Base64.standard.decode(state), let text = String(validating: bytes, as: UTF8.self) else {
            return nil
        }
        return LegTag(text)
    }
}
