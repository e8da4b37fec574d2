package import Domain

/// One command to a carrier, as often as it may have to be sent.
package struct CarrierOrder: Hashable, Sendable {
    /// Subject of the ids by which a carrier knows a command again.
    package enum Subject {}

    package let call: CallID
    /// The carrier's name for the leg; nil to dial, when there is none yet.
    package let leg: String?
    /// What the leg is told to carry; nil leaves what it has.
    package let tag: LegTag?
    package let command: CarrierCommand
    /// The same for the same order, however often and from whichever process it is sent.
    package let id: ID<Subject>

    /// `key` names the reason for the command within the call: the event that led to it, say.
    package init(_ command: CarrierCommand, of call: CallID, leg: String?, tag: LegTag? = nil, key: String) {
        self.call = call
        self.leg = leg
        self.tag = tag
        self.command = command
        id = DerivedID.make("command", call.description, command.name, key)
    }
}
