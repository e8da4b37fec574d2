import Crypto
import Glibc
import Loop
import Postgres
import Store
import TestKit

extension Referee {
    /// No more faults: writers end once all they have is in the log, poison is repaired, and consumers come to the end.
    func endInPeace() async throws {
        for line in Fault.Line.allCases { try servers.mend(line) }
        for place in 0..<FaultPlan.writers { disks.empty(place) }
        servers.signalRedis(SIGCONT)
        for place in 0..<FaultPlan.workers { workers.send(SIGCONT, to: place) }
        if !servers.isRedisRunning { try servers.startRedis() }
        say("chaos: peace")
        // Those that died with something in their journals come back to bring it in.
        try await loop.sleep(for: .seconds(3))
        if await !writers.close(within: Self.peace) { complaints.append("a writer did not come to its end in peace") }
        try await pool.execute("INSERT INTO repaired VALUES (now())")
        let letters = DeadLetters(pool)
        do {
            try await loop.until("all effects", within: Self.peace, every: .milliseconds(200)) {
                let parked = try await letters.parkedStreams(of: .consumer(EffectsConsumer.consumerName))
                for stream in parked where !stream.isReplayAsked {
                    try await letters.askForReplay(
                        LetterRuling(on: stream.stream, for: EffectsConsumer.consumerName, by: Self.person))
                }
                return try await isDone()
            }
        } catch {
            complaints.append("not all events have had their effect in \(Self.peace) of peace: \(error)")
        }
        if await !workers.close(within: .seconds(20)) { complaints.append("a worker did not end in good order") }
    }

    private static let person = UUID(value: 0x0191_0000_0000_7000_8000_0000_0000_0099)

    private func isDone() async throws -> Bool {
        let row = try await pool.query(
            """
            SELECT (SELECT count(*) FROM parked_streams),
                (SELECT coalesce(sum(head.position - c.position), 0)::bigint FROM consumer_lanes c
                 JOIN (SELECT lane, max(position) AS position FROM events GROUP BY lane) head USING (lane)
                 WHERE c.consumer = \(EffectsConsumer.consumerName.description))
            """, timeout: .seconds(30)
        ).one
        let (parked, lag) = try row.decode(Int64.self, Int64.self)
        return parked == 0 && lag == 0
    }

    /// Answers whether the log kept its promises, and says what happened.
    func judge() async throws -> Bool {
        let ledgers = (0..<FaultPlan.writers).map { folder.path("ledger-\($0)") }
        var report = try await Checker(pool: pool, ledgers: ledgers).report()
        report.violations += complaints
        say(
            "chaos: faults: "
                + faults.sorted { $0.key < $1.key }.map { "\($0.key)×\($0.value)" }.joined(separator: ", "))
        say(
            "chaos: \(report.events) events, \(report.effects) effects; \(report.acknowledged) acknowledged, "
                + "\(report.durable) durable; \(writers.started) writers and \(workers.started) workers lived; "
                + "\(servers.pair.failovers) failovers")
        if report.events < Self.eventsMin || report.acknowledged < Self.eventsMin {
            report.violations.append("the game proves nothing: fewer than \(Self.eventsMin) events were appended")
        }
        for violation in report.violations.prefix(50) { say("chaos: VIOLATED: \(violation)") }
        say(report.violations.isEmpty ? "1 passed, 0 failed" : "0 passed, 1 failed")
        return report.violations.isEmpty
    }

    private static let eventsMin = 500
}
