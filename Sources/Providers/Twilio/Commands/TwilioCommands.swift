import Domain
import HTTP
import Service
import Wire

/// Commands to Twilio. What it has no command for is refused as unsupported.
package struct TwilioCommands: CarrierCommands {
    /// "Not found" and "Call is not in progress": to whoever had a leg, both say that it is over.
    private static let ended: Set<Int64> = [20404, 21220]

    package let carrier = Carrier.twilio
    private let line: CarrierLine
    private let writing: TwilioRequest?

    /// Without an account and a token in the settings every command is refused as not configured.
    package init(_ settings: CarrierSettings, over line: CarrierLine) {
        self.line = line
        guard let account = settings.twilioAccount, let token = settings.twilioTokens.first else {
            writing = nil
            return
        }
        writing = TwilioRequest(
            base: settings.twilioURL.text, account: account, token: token, webhookBase: settings.publicURL.text)
    }

    package func send(_ order: CarrierOrder) async throws(CarrierError) -> CarrierReceipt {
        guard let writing else { throw .notConfigured("TWILIO_ACCOUNT_SID or TWILIO_AUTH_TOKENS") }
        let (request, isRepeatable) = try writing.request(order)
        let answer = try await line.send(request, isRepeatable: isRepeatable)
        let document = try? JSONValue(json: answer.body)
        guard (200...299).contains(answer.status.rawValue) else {
            let code = document?["code"]?.wholeNumber
            if let code, Self.ended.contains(code), order.leg != nil { return CarrierReceipt(hadEnded: true) }
            throw .refused(status: answer.status.rawValue, code: code.map { "\($0)" })
        }
        guard case .dial = order.command else { return CarrierReceipt() }
        guard let call = document?["sid"]?.text else { throw .badAnswer }
        return CarrierReceipt(leg: CarrierLeg(carrier: carrier.rawValue, control: call))
    }
}
