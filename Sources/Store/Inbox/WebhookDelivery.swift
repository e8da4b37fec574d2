package import Crypto
package import Domain
package import Wire

/// A webhook about to be taken, and what was decided about it.
package struct WebhookDelivery: Sendable {
    /// The stream that its events belong into.
    package struct Target: Sendable {
        package var stream: UUID
        package var kind: StreamKind
        package var organization: UUID
        /// Nil if the stream is new.
        package var lane: Int16?

        package init(stream: UUID, kind: StreamKind, organization: UUID, lane: Int16? = nil) {
            self.stream = stream
            self.kind = kind
            self.organization = organization
            self.lane = lane
        }
    }

    package let provider: String
    /// By this it is known when it comes again.
    package let id: String
    package let signedAt: Timestamp?
    package let bodyDigest: [UInt8]
    package var verdict: WebhookVerdict
    /// The leg's name, of a webhook about a call.
    package var leg: String?
    /// The call that the leg belonged to when this was decided; nil if to none.
    package var legStream: UUID?
    package var target: Target?
    package var events: [NewEvent]

    package init(
        provider: String, id: String, signedAt: Timestamp?, bodyDigest: [UInt8], verdict: WebhookVerdict,
        leg: String? = nil, legStream: UUID? = nil, target: Target? = nil, events: [NewEvent] = []
    ) {
        self.provider = provider
        self.id = id
        self.signedAt = signedAt
        self.bodyDigest = bodyDigest
        self.verdict = verdict
        self.leg = leg
        self.legStream = legStream
        self.target = target
        self.events = events
    }
}
