import Domain
import HTTP
import Providers
import Testing

/// When a command is sent once more, and when a carrier is left alone.
@Suite struct RetryPlanTests {
    private let plan = RetryPlan()

    @Test func `what the carrier may have done is sent again only where twice is the same as once`() {
        for outcome in [RetryPlan.Outcome.failed, .lost] {
            #expect(plan.pause(after: outcome, attempt: 1, isRepeatable: true, dice: 1) == .milliseconds(200))
            #expect(plan.pause(after: outcome, attempt: 1, isRepeatable: false, dice: 1) == nil)
        }
        for outcome in [RetryPlan.Outcome.notSent, .rateLimited(after: .seconds(1))] {
            #expect(plan.pause(after: outcome, attempt: 1, isRepeatable: false, dice: 0) != nil)
        }
        #expect(plan.pause(after: .answered, attempt: 1, isRepeatable: true, dice: 0) == nil)
    }

    @Test func `pauses grow, lie apart by chance, and end`() {
        let pauses = (1...RetryPlan.attemptsMax).map {
            plan.pause(after: .failed, attempt: $0, isRepeatable: true, dice: 0)
        }
        #expect(pauses == [.milliseconds(100), .milliseconds(200), .milliseconds(400), nil])
    }

    @Test func `no more patience is had than there is`() {
        func pause(_ told: Duration) -> Duration? {
            plan.pause(after: .rateLimited(after: told), attempt: 1, isRepeatable: true, dice: 0)
        }
        #expect(pause(RetryPlan.patienceMax) == RetryPlan.patienceMax + .milliseconds(100))
        #expect(pause(RetryPlan.patienceMax + .seconds(1)) == nil)
        let headers = Headers([.retryAfter: "3"])
        #expect(RetryPlan.outcome(.tooManyRequests, headers) == .rateLimited(after: .seconds(3)))
        #expect(RetryPlan.outcome(.tooManyRequests, Headers([.retryAfter: "soon"])) == .rateLimited(after: nil))
        #expect(RetryPlan.outcome(.badGateway, Headers()) == .failed)
        #expect(RetryPlan.outcome(.notFound, Headers()) == .answered)
    }

    @Test func `a breaker opens after failures in a row, lets one try, and closes with the first success`() {
        var breaker = Breaker()
        for _ in 1..<Breaker.failuresMax { breaker.failed(at: .zero) }
        breaker.succeeded()
        for _ in 1..<Breaker.failuresMax { breaker.failed(at: .zero) }
        #expect(!breaker.isOpen)
        breaker.failed(at: .zero)
        #expect(breaker.isOpen)
        // Who tries and never tells keeps nobody out for longer than a rest.
        let times: [Duration] = [.zero, Breaker.rest, Breaker.rest, Breaker.rest * 2]
        let admitted = times.map { breaker.admits(at: $0) }
        #expect(admitted == [false, true, false, true])
        breaker.failed(at: Breaker.rest * 2)
        let isAdmitted = breaker.admits(at: Breaker.rest * 2)
        #expect(!isAdmitted)
        _ = breaker.admits(at: Breaker.rest * 3)
        breaker.succeeded()
        #expect(!breaker.isOpen)
    }

    @Test func `a carrier that is not there is told as such, after all attempts`() async throws {
        try await CarrierUnderTest.with(TelnyxCommandsTests.done) { carrier, _, line in
            let nowhere = CarrierUnderTest.settings(at: "http://127.0.0.1:1")
            await #expect(throws: CarrierError.unreachable(.connectFailed)) {
                try await TwilioCommands(nowhere, over: line).send(TwilioCommandsTests.order(.sendDigits(.init("1"))))
            }
            #expect(carrier.pauses.count == RetryPlan.attemptsMax - 1)
            #expect(carrier.asked.isEmpty)
        }
    }
}
