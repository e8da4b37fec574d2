/// The carrier's names for our side of a call.
package struct CarrierLeg: Hashable, Sendable {
    package var carrier: String
    package var control: String
    package var session: String?
    package var leg: String?

    package init(carrier: String, control: String, session: String? = nil, leg: String? = nil) {
        self.carrier = carrier
        self.control = control
        self.session = session
        self.leg = leg
    }
}
