import Domain
import Jobs
import Providers
import Store
import Wire

/// Errands for calls, as jobs. People wait for each of them, so they are tried again soon, and not for long.
enum CallErrands {
    private static let retry = RetryPolicy(first: .milliseconds(200), factor: 1.5, longest: .seconds(2))

    static func handlers(_ switchboard: Switchboard) -> [JobHandler] {
        CallErrand.Kind.allCases.map { kind in
            var handler = JobHandler(kind.rawValue) { run in
                guard let errand = CallErrand(kind, args: run.job.args) else {
                    return .discarded("its arguments are of another release")
                }
                return try await perform(errand, run, switchboard)
            }
            handler.retry = retry
            return handler
        }
    }

    private static func perform(
        _ errand: CallErrand, _ run: JobRun, _ switchboard: Switchboard
    ) async throws -> JobEnd {
        if case .refuse(let leg) = errand { return try await switchboard.refuse(leg, run) }
        guard let organization = run.job.organization.map({ OrganizationID($0) }) else {
            return .discarded("no organization is named")
        }
        switch errand {
        case .answer(let call, let leg): return try await switchboard.answer(call, leg, organization, run)
        case .dial(let call): return try await switchboard.dial(call, organization, run)
        case .openMedia(let call, let leg): return try await switchboard.openMedia(call, leg, organization, run)
        case .handOver(let call, let leg): return try await switchboard.handOver(call, leg, organization, run)
        case .watch(let call): return try await switchboard.watch(call, organization, run)
        case .hangUp(let call): return try await switchboard.hangUp(call, organization, run)
        case .close(let call, let end, let instant):
            return try await switchboard.close(call, end, at: instant, organization, run)
        case .refuse: return .done
        }
    }
}

extension JobRun {
    /// By Postgres' clock when it was enqueued, by ours now: good enough for seconds.
    var age: Duration { .microseconds(max(0, Timestamp.now.microseconds - job.createdAt.microseconds)) }
}
