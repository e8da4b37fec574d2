/// `call.dialed`: the carrier took our order to dial.
package struct CallDialed: Hashable, Sendable {
    package var leg: CarrierLeg

    package init(leg: CarrierLeg) {
        self.leg = leg
    }
}
