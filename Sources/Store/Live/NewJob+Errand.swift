package import Crypto
package import Jobs

extension NewJob {
    /// An errand for a call. It is tried until its own time is over, which is what ends it.
    package init(_ errand: CallErrand, of organization: UUID?) {
        self.init(errand.kind.rawValue, args: errand.args)
        queue = CallErrand.queue
        self.organization = organization
        priority = .urgent
        uniqueKey = NewJob.key(Array(errand.subject.utf8))
        attemptsMax = 200
        timeout = .seconds(30)
    }
}
