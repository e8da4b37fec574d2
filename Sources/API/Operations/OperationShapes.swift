import Jobs
import Store
import Wire

/// How operators are shown what works, and what does not.
enum OperationShapes {
    static let components = [consumer.component, letter.component, job.component]

    private static let lane = JSONShape<ConsumerLag>(
        "ConsumerLane",
        [
            .number("lane", 3) { Int64($0.lane) },
            .number("position", 4_711) { $0.position },
            .number("lag", 0) { $0.events },
            .fractionOrNull("lag_seconds", 0.0) { $0.seconds },
            .flag("owned") { $0.hasOwner },
            .flag("stepping") { $0.isStepping },
        ])

    static let consumer = JSONShape<ConsumerStanding>(
        "Consumer",
        [
            .text("consumer", "calls@1") { $0.name },
            .word("state") { $0.state },
            .number("lag", 0) { $0.lag },
            .fractionOrNull("lag_seconds", 0.0) { $0.lagSeconds },
            .number("parked_calls", 0) { Int64($0.parkedCalls) },
            .number("dead_letters", 0) { $0.deadLetters },
            .objects("lanes", lane) { $0.lanes },
        ])

    static let letter = JSONShape<DeadLetter>(
        "DeadLetter",
        [
            .number("id", 17) { $0.id },
            .text("consumer", "calls@1") { $0.consumer },
            .id("stream_id") { $0.stream },
            .id("event_id") { $0.event },
            .number("version", 3) { Int64($0.version) },
            .word("state") { $0.state },
            .number("attempts", 3) { Int64($0.attempts) },
            .text("error_class", "CodecError") { $0.errorClass },
            .text("error", "call.ended version 1: the field reason is missing") { $0.error },
            .time("parked_at") { $0.parkedAt },
            .timeOrNull("decided_at") { $0.decidedAt },
            .idOrNull("decided_by") { $0.decidedBy },
        ])

    static let job = JSONShape<JobRow>(
        "Job",
        [
            .number("id", 4_711) { $0.id.number },
            .text("kind", "deliver_webhooks") { $0.kind },
            .text("queue", "webhooks") { $0.queue },
            .word("state") { $0.state },
            .number("attempt", 1) { Int64($0.attempt) },
            .number("attempts_max", 20) { Int64($0.attemptsMax) },
            .flag("cancel_requested") { $0.isCancelRequested },
            .time("run_at") { $0.runAt },
            .time("created_at") { $0.createdAt },
            .timeOrNull("started_at") { $0.startedAt },
            .timeOrNull("finished_at") { $0.finishedAt },
            .anything("errors", .array([])) { $0.errors },
        ])
}
