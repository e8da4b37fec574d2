/// What webhooks that go out may be.
package enum WebhookLimits {
    package static let endpointsMax = 20
    package static let urlLength = 1...2_048
    package static let descriptionLength = 1...500
    package static let patterns = 1...50
    package static let secretBytes = 32
    /// How long a secret that was changed signs as well.
    package static let rotation = Duration.seconds(86_400)
    /// Requests to one endpoint at a time.
    package static let atOnceMax = 8
    /// Deliveries that are read at a time.
    package static let pageMax = 64
    /// How long one endpoint keeps its place among those that are served.
    package static let runMax = Duration.seconds(20)
    /// How far back a replay may begin.
    package static let replayMax = Duration.seconds(30 * 86_400)
    /// Positions of a lane that a replay looks through in one transaction.
    package static let replayPageMax: Int64 = 5_000
    /// How long deliveries that are over stay in the ledger.
    package static let keptFor = Duration.seconds(30 * 86_400)
    package static let purgeMax = 1_000
}
