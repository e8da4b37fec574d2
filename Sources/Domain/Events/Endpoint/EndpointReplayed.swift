/// `webhook_endpoint.replayed`: somebody wants what was told to be told again.
package struct EndpointReplayed: Hashable, Sendable {
    /// The job that sees to it.
    package var job: Int64

    package init(job: Int64) { self.job = job }
}
