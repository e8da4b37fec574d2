/// `provider.failed`: a provider let us down.
package struct ProviderFailed: Hashable, Sendable {
    package var kind: ProviderKind
    package var provider: String
    package var fault: ProviderFault
    /// Of HTTP.
    package var status: Int?
    package var turn: TurnID?

    package init(
        kind: ProviderKind, provider: String, fault: ProviderFault, status: Int? = nil, turn: TurnID? = nil
    ) {
        self.kind = kind
        self.provider = provider
        self.fault = fault
        self.status = status
        self.turn = turn
    }
}
