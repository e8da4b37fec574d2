/// `call.ordered`: somebody told a call what to do. What it then did are events of its own; this one says who wanted it.
package struct CallOrdered: Hashable, Sendable {
    package enum Order: String, Hashable, Sendable, CaseIterable {
        case interrupt, cancel, say, inject, mute, unmute, expect, dtmf, transfer, hangup
        case emergencyStop = "emergency_stop"
    }

    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The call has it.
        case taken
        /// Nobody carries the call: its carrier is asked.
        case ordered
        /// Nobody said so in time; it may have been carried out.
        case unconfirmed
    }

    package var order: Order
    package var outcome: Outcome

    package init(order: Order, outcome: Outcome) {
        self.order = order
        self.outcome = outcome
    }
}
