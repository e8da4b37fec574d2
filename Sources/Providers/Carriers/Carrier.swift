/// Who connects us with telephones. The raw value stands in the log, in the database and in our routes.
package enum Carrier: String, Hashable, Sendable, CaseIterable {
    case telnyx
    case twilio
}
