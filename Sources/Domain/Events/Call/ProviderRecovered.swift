/// `provider.recovered`: a provider that had failed works again.
package struct ProviderRecovered: Hashable, Sendable {
    package var kind: ProviderKind
    package var provider: String
    package var downFor: Milliseconds?

    package init(kind: ProviderKind, provider: String, downFor: Milliseconds? = nil) {
        self.kind = kind
        self.provider = provider
        self.downFor = downFor
    }
}
