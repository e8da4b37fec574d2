/// `provider.fell_back`: another provider took over.
package struct ProviderFellBack: Hashable, Sendable {
    package var kind: ProviderKind
    package var provider: String
    package var next: String
    package var fault: ProviderFault
    package var turn: TurnID?
    package var took: Milliseconds?

    package init(
        kind: ProviderKind, provider: String, next: String, fault: ProviderFault, turn: TurnID? = nil,
        took: Milliseconds? = nil
    ) {
        self.kind = kind
        self.provider = provider
        self.next = next
        self.fault = fault
        self.turn = turn
        self.took = took
    }
}
