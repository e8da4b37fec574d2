package import Crypto

/// Everything that a client is told when it is made.
package struct RedisSettings: Sendable {
    package var address: RedisAddress
    /// The name that `CLIENT LIST` shows for our connections; no spaces.
    package var clientName = "ledgerline"
    /// Whom an encrypted connection trusts.
    package var trust = TLSTrust.system
    /// What a call asks for if it does not say otherwise.
    package var call = RedisCall()
    package var limits = RedisLimits()
    package var backoff = RedisBackoff.Settings()

    package init(address: RedisAddress) { self.address = address }
}
