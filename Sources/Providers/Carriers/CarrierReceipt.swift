package import Domain

/// What a carrier said to a command that it took.
package struct CarrierReceipt: Hashable, Sendable {
    /// The leg that was dialled.
    package var leg: CarrierLeg?
    /// The call had ended already, and nothing was done. To hang up, that is what was wanted.
    package var hadEnded: Bool

    package init(leg: CarrierLeg? = nil, hadEnded: Bool = false) {
        self.leg = leg
        self.hadEnded = hadEnded
    }
}
