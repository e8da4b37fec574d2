/// `call.ringing`: it rings at the other end.
package struct CallRinging: Hashable, Sendable {
    package var leg: CarrierLeg

    package init(leg: CarrierLeg) {
        self.leg = leg
    }
}
