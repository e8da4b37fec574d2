import HTTP
import Postgres
import Redis
import Testing

@testable import Process

@Suite struct AnswersTests {
    private struct Unknown: Error {}

    @Test(arguments: [
        (PostgresError(.poolExhausted) as any Error, 503, "database_unavailable"),
        (PostgresError(.connectFailed), 503, "database_unavailable"),
        (PostgresError(.closed), 503, "database_unavailable"),
        // Whether it had its effect is not known, so "try again" would be a lie.
        (PostgresError(.connectionLost), 500, "internal_error"),
        (PostgresError(.commitOutcomeUnknown), 500, "internal_error"),
        (PostgresError(.queryDeadline), 500, "internal_error"),
        (RedisError(.notConnected, "GET"), 503, "cache_unavailable"),
        (RedisError(.overloaded, "GET"), 503, "cache_unavailable"),
        (RedisError(.unexpectedReply, "GET"), 500, "internal_error"),
        (Problem(.conflict, "already_ended"), 409, "already_ended"),
        (Unknown(), 500, "internal_error"),
    ])
    func `errors become what a client may know`(error: any Error, status: UInt16, code: String) {
        let problem = Answers.problem(for: error)
        #expect(problem.status.rawValue == status)
        #expect(problem.code == code)
        #expect((problem.headers[.retryAfter] != nil) == (status == 503))
    }
}
