package import Domain

/// What a carrier tells of a call, in our words. It depends on nothing that was told before: notices come in any order.
package struct CarrierNotice: Hashable, Sendable {
    /// How the call is found.
    package enum Standing: Hashable, Sendable {
        /// It carries what we gave the carrier.
        case tagged(LegTag)
        /// Somebody calls a number, which may be one of ours.
        case incoming(to: Private<String>)
        /// It says the leg's name and nothing else: another notice tells whose that is, or has told.
        case named
        /// It is of no call at all.
        case none
    }

    package var carrier: Carrier
    /// By this the same notice is known when it comes again.
    package var id: String
    package var at: Instant
    package var leg: CarrierLeg?
    package var standing: Standing
    /// None if there is nothing in it that the log should know.
    package var facts: [CallEvent]

    package init(
        carrier: Carrier, id: String, at: Instant, leg: CarrierLeg?, standing: Standing, facts: [CallEvent]
    ) {
        self.carrier = carrier
        self.id = id
        self.at = at
        self.leg = leg
        self.standing = standing
        self.facts = facts
    }

    /// The id of the fact at `index`: the same whenever the notice comes again.
    package func eventID(_ index: Int) -> EventID { DerivedID.make("notice", carrier.rawValue, id, "\(index)") }
}
