import Domain
import HTTP
import Service
import Wire

/// Commands to Telnyx.
package struct TelnyxCommands: CarrierCommands {
    /// "Call has already ended".
    private static let ended = "90018"

    package let carrier = Carrier.telnyx
    private let line: CarrierLine
    private let writing: TelnyxRequest?

    /// Without an API key in the settings every command is refused as not configured.
    package init(_ settings: CarrierSettings, over line: CarrierLine) {
        self.line = line
        writing = settings.telnyxKey.map { key in
            TelnyxRequest(
                base: settings.telnyxURL.text, key: key, connection: settings.telnyxConnection,
                webhookURL: settings.publicURL.text + "/webhooks/telnyx/call")
        }
    }

    package func send(_ order: CarrierOrder) async throws(CarrierError) -> CarrierReceipt {
        guard let writing else { throw .notConfigured("TELNYX_API_KEY") }
        // Telnyx knows a command again by its id for a minute, which is longer than we try.
        let answer = try await line.send(try writing.request(order), isRepeatable: true)
        let document = try? JSONValue(json: answer.body)
        guard (200...299).contains(answer.status.rawValue) else {
            let code = Self.code(document)
            if code == Self.ended { return CarrierReceipt(hadEnded: true) }
            throw .refused(status: answer.status.rawValue, code: code)
        }
        guard case .dial = order.command else { return CarrierReceipt() }
        guard let data = document?["data"], let control = data["call_control_id"]?.text else { throw .badAnswer }
        return CarrierReceipt(
            leg: CarrierLeg(
                carrier: carrier.rawValue, control: control, session: data["call_session_id"]?.text,
                leg: data["call_leg_id"]?.text))
    }

    /// Digits only: the rest of an error may repeat what was sent.
    private static func code(_ document: JSONValue?) -> String? {
        guard case .array(let errors) = document?["errors"], let code = errors.first?["code"]?.text,
            code.utf8.count <= 10, code.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return code
    }
}
