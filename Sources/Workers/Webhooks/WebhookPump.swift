import Crypto
import Domain
import Jobs
import Loop
import Providers
import Store

/// Delivers what is owed to one endpoint: so many requests at a time, for so long, then it is another one's turn.
///
/// Sent first and written down afterwards: who dies in between lets the same event be sent again, under the same id.
struct WebhookPump: Sendable {
    private let queue: WebhookQueue
    private let post: WebhookPost
    private let statistics: WebhookStatistics
    private let loop: Loop
    private let now: @Sendable () -> Moment

    init(
        _ queue: WebhookQueue, _ post: WebhookPost, _ statistics: WebhookStatistics, on loop: Loop,
        now: @escaping @Sendable () -> Moment = { .now }
    ) {
        self.now = now
        self.queue = queue
        self.post = post
        self.statistics = statistics
        self.loop = loop
    }

    func run(_ run: JobRun) async throws -> JobEnd {
        guard let endpoint = WebhookJobs.endpoint(in: run.job.args) else {
            return .discarded("its arguments are none of ours")
        }
        let deadline = now() + WebhookLimits.runMax
        while now() < deadline {
            try Task.checkCancellation()
            guard let target = try await queue.target(endpoint), !target.isResting else { break }
            let due = try await queue.due(target)
            if due.isEmpty { break }
            try await deliver(due, to: target)
        }
        try await queue.end(run, endpoint)
        return .done
    }

    /// Until all are sent, or so many have failed that the endpoint is to be left alone.
    private func deliver(_ due: [WebhookQueue.Due], to target: WebhookQueue.Target) async throws {
        // One that has failed so often is asked once whether it is back.
        let isProbe = target.failures >= WebhookPlan.failuresUntilRest
        let width = isProbe ? 1 : WebhookLimits.atOnceMax
        var failures = target.failures
        var next = 0
        try await withThrowingTaskGroup(of: Bool.self) { group in
            while next < min(width, due.count) {
                let one = due[next]
                let before = failures
                group.addTask(executorPreference: loop) { try await attempt(one, target, failures: before) }
                next += 1
            }
            while let isDelivered = try await group.next() {
                failures = isDelivered ? 0 : failures + 1
                if isProbe || failures >= WebhookPlan.failuresUntilRest || next == due.count { continue }
                let one = due[next]
                let before = failures
                group.addTask(executorPreference: loop) { try await attempt(one, target, failures: before) }
                next += 1
            }
        }
    }

    private func attempt(_ due: WebhookQueue.Due, _ target: WebhookQueue.Target, failures: Int) async throws -> Bool {
        let began = Moment.now
        let outcome = try await post.send(
            EventDocument.bytes(of: due.event), id: due.event.id.description, to: target.url, secrets: target.secrets)
        let plan = WebhookPlan(
            after: outcome, attempt: due.attempts + 1, isTest: due.isTest, failures: failures + 1,
            failingFor: target.failingFor, chance: .random(in: 0...1))
        try await queue.settle(due, outcome, plan, took: Moment.now - began, of: target)
        statistics.add(outcome)
        return outcome.isDelivered
    }
}
