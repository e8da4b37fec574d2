package import Crypto
package import Domain

/// A call as the read model has it.
package struct CallRow: Hashable, Sendable, Identifiable {
    package let id: UUID
    package let organization: UUID
    package let state: CallState

    package init(id: UUID, organization: UUID, state: CallState) {
        self.id = id
        self.organization = organization
        self.state = state
    }
}
