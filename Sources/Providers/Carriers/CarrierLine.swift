package import HTTP
import Loop

/// The way to one carrier: deadlines, retries where they are safe, and a breaker. Shared by all who send over it.
///
/// Used on the thread of its client's loop alone, as the client itself: hence `@unchecked`, for the sake of the breaker.
package final class CarrierLine: @unchecked Sendable {
    /// What it needs of the world besides the carrier.
    package struct Surroundings: Sendable {
        /// By a clock that only goes forward.
        package var now: @Sendable () -> Duration
        package var sleep: @Sendable (Duration) async throws -> Void
        /// From 0 to 1.
        package var dice: @Sendable () -> Double

        package init(
            now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void,
            dice: @escaping @Sendable () -> Double = { .random(in: 0...1) }
        ) {
            self.now = now
            self.sleep = sleep
            self.dice = dice
        }
    }

    package struct Answer: Sendable {
        package let status: Status
        package let body: [UInt8]
    }

    /// What carriers answer is short; more is none of theirs.
    static let answerBytesMax = 256 << 10

    private let client: HTTPClient
    private let surroundings: Surroundings
    private let plan = RetryPlan()
    private var breaker = Breaker()

    package init(_ client: HTTPClient, _ surroundings: Surroundings) {
        self.client = client
        self.surroundings = surroundings
    }

    /// As a process sends over it: by its loop's clock.
    package convenience init(_ client: HTTPClient) {
        let began = Moment.now
        self.init(
            client,
            Surroundings(
                now: { Moment.now - began }, sleep: { [loop = client.loop] in try await loop.sleep(for: $0) }))
    }

    package var isResting: Bool { breaker.isOpen }

    /// The carrier's last word, of whatever status below 500 but 429. `isRepeatable`: twice is the same as once.
    package func send(_ request: ClientRequest, isRepeatable: Bool) async throws(CarrierError) -> Answer {
        var request = request
        request.deadlines.connect = .seconds(3)
        request.deadlines.firstByte = .seconds(5)
        request.deadlines.total = .seconds(10)
        request.responseBytesMax = Self.answerBytesMax
        request.repetition = isRepeatable ? .allowed : .byMethod
        var attempt = 1
        while true {
            guard breaker.admits(at: surroundings.now()) else { throw .resting }
            let (outcome, answer, error) = try await once(request)
            judge(outcome)
            guard
                let pause = plan.pause(
                    after: outcome, attempt: attempt, isRepeatable: isRepeatable, dice: surroundings.dice())
            else {
                if let answer { return answer }
                throw error
            }
            do { try await surroundings.sleep(pause) } catch { throw .cancelled }
            attempt += 1
        }
    }

    private func judge(_ outcome: RetryPlan.Outcome) {
        switch outcome {
        case .answered, .rateLimited: breaker.succeeded()
        case .failed, .notSent, .lost: breaker.failed(at: surroundings.now())
        }
    }

    private func once(_ request: ClientRequest) async throws(CarrierError) -> (
        RetryPlan.Outcome, Answer?, CarrierError
    ) {
        do {
            let response = try await client.send(request)
            let body = try await response.body.whole()
            let outcome = RetryPlan.outcome(response.status, response.headers)
            switch outcome {
            case .answered: return (outcome, Answer(status: response.status, body: body), .badAnswer)
            case .rateLimited: return (outcome, nil, .overloaded)
            default: return (outcome, nil, .failed(status: response.status.rawValue))
            }
        } catch let error as HTTPClientError {
            return (RetryPlan.outcome(error), nil, .unreachable(error.code))
        } catch { throw .cancelled }
    }
}
