/// `job.retried` and `job.cancelled`: somebody decided about slow work.
package struct JobRuled: Hashable, Sendable {
    package var job: Int64
    package var kind: String

    package init(job: Int64, kind: String) {
        self.job = job
        self.kind = kind
    }
}
