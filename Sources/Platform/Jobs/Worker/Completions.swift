import Crypto
import Loop
import Postgres

/// Writes the ends of jobs that went well. What ends while a write is under way becomes the next one: one commit for many.
final class Completions: @unchecked Sendable {
    enum Outcome: Sendable {
        case completed
        /// The answer was lost, and the history says that it had been written.
        case resolved
        case fencedOut
        case refused(PostgresError)
    }

    /// How many ends one statement writes.
    static let atOnceMax = 500

    // Lives on the pool's loop: that is why `@unchecked` holds.
    private let pool: PostgresPool
    private let worker: UUID
    private let persistence: Persistence
    private let bell: Doorbell
    private var waiting: [(ticket: JobTicket, continuation: CheckedContinuation<Outcome, Never>)] = []

    init(_ worker: UUID, on pool: PostgresPool, _ persistence: Persistence) {
        self.worker = worker
        self.pool = pool
        self.persistence = persistence
        bell = Doorbell(on: pool.loop)
    }

    func complete(_ ticket: JobTicket) async -> Outcome {
        await withCheckedContinuation { continuation in
            waiting.append((ticket, continuation))
            bell.ring()
        }
    }

    /// Somebody should look whether this is over.
    func ring() { bell.ring() }

    func run(while isOn: () -> Bool) async {
        while true {
            if waiting.isEmpty {
                guard isOn() else { return }
                await bell.rest(for: .seconds(60))
            } else {
                let batch = Array(waiting.prefix(Self.atOnceMax))
                waiting.removeFirst(batch.count)
                await write(batch)
            }
        }
    }

    private func write(_ batch: [(ticket: JobTicket, continuation: CheckedContinuation<Outcome, Never>)]) async {
        let tickets = batch.map(\.ticket)
        let answer = await persistence.write {
            try await JobSQL.ids(pool.execute(JobSQL.complete(tickets, of: worker)))
        }
        switch answer {
        case .refused(let error):
            for (_, continuation) in batch { continuation.resume(returning: .refused(error)) }
        case .answered(let ids, let isDoubtful):
            let written = Set(ids)
            let missing = tickets.filter { !written.contains($0.id) }
            var resolved: Set<JobID> = []
            if isDoubtful, !missing.isEmpty { resolved = await ended(missing) }
            for (ticket, continuation) in batch {
                let outcome: Outcome =
                    written.contains(ticket.id) ? .completed : resolved.contains(ticket.id) ? .resolved : .fencedOut
                continuation.resume(returning: outcome)
            }
        }
    }

    /// Which of these runs the history knows as ended by this worker.
    func ended(_ tickets: [JobTicket]) async -> Set<JobID> {
        let answer = await persistence.write {
            try await JobSQL.ids(pool.execute(JobSQL.ended(tickets, of: worker)))
        }
        if case .answered(let ids, _) = answer { return Set(ids) }
        return []
    }
}
