import Loop
package import Postgres

/// Takes a loop's webhooks, many at a time: while some are on their way, whatever arrives becomes the next batch. Nobody is answered
/// before the commit.
///
/// Together go those whose leg has its call; all others, and those that turn out not to be plain, go by themselves. Used on its
/// loop alone, which is why `@unchecked` holds.
package final class WebhookLine: @unchecked Sendable {
    package static let batchMax = 64
    package static let batchBytesMax = 1 << 20
    /// Whoever comes when so many wait goes by itself.
    package static let waitingMax = 1_024

    package struct Statistics: Hashable, Sendable {
        /// Statements for more than one webhook.
        package var batches = 0
        /// How many were taken in them.
        package var together = 0
        package var alone = 0
    }

    private enum Word {
        case settled(WebhookInbox.Outcome)
        case alone
        case failed(any Error)
    }

    private struct Entry {
        let delivery: WebhookDelivery
        let inbox: WebhookInbox
        let continuation: CheckedContinuation<Word, Never>
    }

    private let pool: PostgresPool
    private var waiting: [Entry] = []
    private var isServing = false
    package private(set) var statistics = Statistics()

    package init(_ pool: PostgresPool) { self.pool = pool }

    /// As `WebhookInbox.take`. Cancelling the task takes nothing back.
    package func take(_ delivery: WebhookDelivery, _ inbox: WebhookInbox) async throws -> WebhookInbox.Outcome {
        pool.loop.checkIsolated()
        guard delivery.mayGoTogether, waiting.count < Self.waitingMax else { return try await alone(delivery, inbox) }
        let word = await withCheckedContinuation { continuation in
            waiting.append(Entry(delivery: delivery, inbox: inbox, continuation: continuation))
            serveAtEndOfTurn()
        }
        switch word {
        case .settled(let outcome): return outcome
        case .alone: return try await alone(delivery, inbox)
        case .failed(let error): throw error
        }
    }

    private func alone(_ delivery: WebhookDelivery, _ inbox: WebhookInbox) async throws -> WebhookInbox.Outcome {
        statistics.alone += 1
        return try await inbox.take(delivery, through: pool)
    }

    // MARK: - Serving

    /// Everything of this turn goes together.
    private func serveAtEndOfTurn() {
        guard !isServing else { return }
        isServing = true
        pool.loop.atEndOfTurn { [self] in
            // Ends by itself when nobody waits any more; the pool bounds each of its statements.
            Task(executorPreference: pool.loop) { await self.serve() }
        }
    }

    private func serve() async {
        while !waiting.isEmpty {
            let (entries, batch) = next()
            if entries.count == 1 {
                do {
                    let outcome = try await alone(entries[0].delivery, entries[0].inbox)
                    entries[0].continuation.resume(returning: .settled(outcome))
                } catch { entries[0].continuation.resume(returning: .failed(error)) }
            } else {
                await take(entries, batch)
            }
        }
        isServing = false
    }

    /// In the order in which they came, one of each call.
    private func next() -> (entries: [Entry], batch: WebhookBatch) {
        var batch = WebhookBatch()
        var (entries, left): ([Entry], [Entry]) = ([], [])
        for entry in waiting {
            if batch.add(entry.delivery) { entries.append(entry) } else { left.append(entry) }
        }
        waiting = left
        return (entries, batch)
    }

    private func take(_ entries: [Entry], _ batch: WebhookBatch) async {
        statistics.batches += 1
        do {
            let arePlain = try await pool.execute(batch.sql).one.decode([Bool].self)
            guard arePlain.count == entries.count else { throw PostgresError(.unexpectedAnswer) }
            if !arePlain.contains(false) {
                statistics.together += entries.count
                for entry in entries { entry.continuation.resume(returning: .settled(.taken(.applied))) }
                return
            }
            // Nothing was written: what is plain goes again, before those that came meanwhile.
            var again: [Entry] = []
            for (entry, isPlain) in zip(entries, arePlain) {
                if isPlain { again.append(entry) } else { entry.continuation.resume(returning: .alone) }
            }
            waiting = again + waiting
        } catch let error as PostgresError where error.sqlState != nil && !error.isConnectionLoss {
            // The server undid it all, because of one of them.
            for entry in entries { entry.continuation.resume(returning: .alone) }
        } catch {
            // Whether it happened is not known: who sent it sends it again, and finds out.
            for entry in entries { entry.continuation.resume(returning: .failed(error)) }
        }
    }
}
