import Domain
import Testing

/// What follows from an attempt to deliver a webhook.
struct WebhookPlanTests {
    private static func plan(
        _ outcome: WebhookOutcome, attempt: Int = 1, isTest: Bool = false, failures: Int = 1,
        failingFor: Duration = .zero, chance: Double = 0
    ) -> WebhookPlan {
        WebhookPlan(
            after: outcome, attempt: attempt, isTest: isTest, failures: failures, failingFor: failingFor, chance: chance
        )
    }

    private static let refused = WebhookOutcome.answered(status: 500, retryAfter: nil)

    @Test(arguments: [200, 201, 204, 299])
    func `2xx is an arrival, whatever was before`(status: Int) {
        let plan = Self.plan(.answered(status: status, retryAfter: .seconds(9)), attempt: 10, failures: 99)
        #expect(plan.delivery == .delivered && plan.rest == nil && plan.disables == nil)
        #expect(WebhookOutcome.answered(status: status, retryAfter: nil).fault == nil)
    }

    @Test func `whatever else comes back is a failure, and a redirection is one too`() {
        for (status, fault) in [(199, DeliveryFault.refused), (300, .redirected), (302, .redirected), (404, .refused)] {
            let outcome = WebhookOutcome.answered(status: status, retryAfter: nil)
            #expect(!outcome.isDelivered && outcome.fault == fault && outcome.status == status)
            #expect(Self.plan(outcome).delivery == .again(after: .seconds(5)))
        }
        #expect(Self.plan(.failed(.timedOut)).delivery == .again(after: .seconds(5)))
    }

    @Test func `attempts are spread over three days and a bit, then it is over`() {
        let pauses = (1..<WebhookPlan.attemptsMax).map { attempt in
            let plan = Self.plan(Self.refused, attempt: attempt)
            guard case .again(let pause) = plan.delivery else { return Duration.zero }
            return pause
        }
        #expect(pauses == WebhookPlan.pauses)
        #expect(pauses.reduce(.zero, +) > .seconds(3 * 86_400) && pauses.reduce(.zero, +) < .seconds(4 * 86_400))
        #expect(Self.plan(Self.refused, attempt: WebhookPlan.attemptsMax).delivery == .failed)
        #expect(Self.plan(Self.refused, isTest: true).delivery == .failed)
        guard case .again(let early) = Self.plan(Self.refused, attempt: 9, chance: 1).delivery else {
            Issue.record("no pause")
            return
        }
        #expect(early == .seconds(86_400) * (1 - WebhookPlan.jitter), "chance brings it forward, and not far")
    }

    @Test func `who asks for patience gets it, for this event and all others`() {
        let told = WebhookOutcome.answered(status: 429, retryAfter: .seconds(600))
        #expect(Self.plan(told).delivery == .again(after: .seconds(600)))
        #expect(Self.plan(told).rest == .seconds(600))
        #expect(Self.plan(told, attempt: 3).delivery == .again(after: .seconds(1_800)))
    }

    @Test func `an endpoint that fails in a row rests, longer each time and not for ever`() {
        let limit = WebhookPlan.failuresUntilRest
        #expect(Self.plan(Self.refused, failures: limit - 1).rest == nil)
        #expect(Self.plan(Self.refused, failures: limit).rest == WebhookPlan.restMin)
        #expect(Self.plan(Self.refused, failures: limit + 3).rest == WebhookPlan.restMin * 8)
        #expect(Self.plan(Self.refused, failures: 1_000_000).rest == WebhookPlan.restMax)
    }

    @Test func `an endpoint is given up that says so, or that has failed for days and often`() {
        #expect(Self.plan(.answered(status: 410, retryAfter: nil)).disables == .gone)
        let (often, long) = (WebhookPlan.failuresUntilDisabled, WebhookPlan.failingMax)
        #expect(Self.plan(Self.refused, failures: often, failingFor: long).disables == .failing)
        #expect(Self.plan(Self.refused, failures: often - 1, failingFor: long).disables == nil)
        #expect(Self.plan(Self.refused, failures: often, failingFor: long - .seconds(1)).disables == nil)
    }
}
