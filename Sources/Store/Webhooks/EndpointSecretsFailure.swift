import Service

/// Why a webhook can't be signed: the deployment's fault, never the receiver's.
package enum EndpointSecretsFailure: Error, Hashable, Harmless {
    case noKey
    case anotherKey

    package var description: String {
        switch self {
        case .noKey: "the webhooks' secrets are sealed: give this process LEDGERLINE_SEALING_KEY"
        case .anotherKey: "the webhooks' secrets were sealed with another LEDGERLINE_SEALING_KEY than this process has"
        }
    }
}
