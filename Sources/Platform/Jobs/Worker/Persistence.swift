import Loop
import Postgres

/// Writes that must not be lost: tried again while Postgres is away, for so long and no longer. Every one of them is fenced,
/// so that doing it twice does no harm.
struct Persistence: Sendable {
    enum Answer<Value: Sendable>: Sendable {
        /// `afterDoubt`: an earlier try may have had its effect without our knowing.
        case answered(Value, afterDoubt: Bool)
        case refused(PostgresError)
    }

    let loop: Loop
    let patience: Duration
    let pauses: RetryPolicy
    let away: @Sendable (PostgresError) -> Void

    func write<Value: Sendable>(_ body: () async throws -> Value) async -> Answer<Value> {
        let deadline = Moment.now + patience
        var isDoubtful = false
        var failures = 0
        while true {
            do {
                return .answered(try await body(), afterDoubt: isDoubtful)
            } catch {
                let error = PostgresError.made(of: error)
                guard error.isPassing, Moment.now < deadline else { return .refused(error) }
                if error.isOutcomeUnknown { isDoubtful = true }
                failures += 1
                away(error)
                await Doorbell(on: loop).rest(for: pauses.delay(after: failures, chance: .random(in: 0...1)))
            }
        }
    }
}

extension PostgresError {
    static func made(of error: any Error) -> PostgresError {
        error as? PostgresError ?? PostgresError(.unexpectedAnswer)
    }

    /// Whether it is the server's condition and not the statement's: lost connections, limits, shutdowns, deadlocks.
    var isPassing: Bool {
        if isRetryable || isOutcomeUnknown { return true }
        guard let sqlState else { return false }
        return ["08", "40", "53", "57"].contains { sqlState.isOf(class: $0) }
    }
}
