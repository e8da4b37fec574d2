/// `call.bridged`: the carrier has joined our side of the call with another leg.
package struct CallBridged: Hashable, Sendable {
    package var leg: CarrierLeg

    package init(leg: CarrierLeg) { self.leg = leg }
}
