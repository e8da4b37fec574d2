import HTTP
package import Service

/// Where webhooks of ours, and what we ask of agents' tools, may go: shared by those who take addresses and those who send there.
package struct WebhookSettings: Sendable {
    /// Into this machine's and the networks around it, too.
    package let toPrivate: Bool
    /// Unencrypted, for development.
    package let allowsPlain: Bool

    package init(_ reader: inout SettingsReader) {
        toPrivate = reader.read(
            "LEDGERLINE_WEBHOOKS_TO_PRIVATE", as: .flag, else: .always("false"),
            "Lets webhooks and agents' tools be at addresses that are not on the internet.")
        allowsPlain = reader.environment == .development
    }

    /// Why an address is none that we send to; nil if it is. What a name leads to is seen when we connect.
    package func fault(of url: String) -> String? {
        guard let parts = ClientURL(url) else { return "is an https address without a user name in it" }
        if parts.scheme == .http, !allowsPlain { return "begins with https" }
        if !toPrivate, let address = PeerAddress(literal: parts.host), !address.isPublic {
            return "leads to an address that is not on the internet"
        }
        return nil
    }
}
