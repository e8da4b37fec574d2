import Loop
import Postgres

/// What a worker does beside jobs: it says that it lives, and looks after what others left.
extension JobWorker {
    // MARK: - The heart

    func keepBeating() async {
        while isOn {
            await beat()
            await beatBell.rest(for: settings.heartbeatEvery)
        }
    }

    private func beat() async {
        let asked = Moment.now
        let known = running
        let fetchesBegun = counts.fetches
        let believed: [JobTicket: Bool]
        do {
            let rows = try await pool.execute(JobSQL.beat(id, label: settings.label, isDraining: isStopping))
            believed = try Dictionary(
                rows.map { row in
                    let (number, attempt, isCancelled) = try row.decode(Int64.self, Int.self, Bool.self)
                    return (JobTicket(id: JobID(number), attempt: attempt, worker: id), isCancelled)
                }
            ) { one, _ in one }
        } catch {
            counts.heartbeatsMissed += 1
            return observe(.postgresAway(PostgresError.made(of: error), doing: "heartbeat"))
        }
        heard(at: asked)
        for (ticket, run) in known where !run.run.wasCompleted {
            switch believed[ticket] {
            case nil: run.interrupt(.lost)
            case true?: run.interrupt(.cancelRequested)
            case false?: break
            }
        }
        await letGo(believed.keys.filter { known[$0] == nil && running[$0] == nil }, fetchesBegun)
    }

    /// A run that nobody here knows may still be in the answer to a fetch. When all the fetches that had begun have been
    /// answered and it is still unknown, the answer was lost, or its end could not be written.
    private func letGo(_ unknown: [JobTicket], _ fetchesBegun: Int) async {
        let known = strays
        strays = [:]
        for ticket in unknown {
            guard let begun = known[ticket], fetchesEnded >= begun else {
                strays[ticket] = known[ticket] ?? fetchesBegun
                continue
            }
            do {
                counts.letGo += try await pool.execute(JobSQL.letGo(ticket)).affected
            } catch {
                strays[ticket] = begun
                observe(.postgresAway(PostgresError.made(of: error), doing: "let go"))
            }
        }
    }

    func signOff() async {
        do {
            try await pool.execute(JobSQL.signOff(id))
        } catch {
            // The row is forgotten a day later.
            observe(.postgresAway(PostgresError.made(of: error), doing: "sign off"))
        }
    }

    // MARK: - The house

    func keepHouse() async {
        var nextRescue = Moment.now
        var nextDays = Moment.now
        while !isStopping {
            await attempt("schedule") {
                for id in try await scheduler.tick() {
                    counts.scheduled += 1
                    observe(.scheduled(id))
                    nudge()
                }
            }
            if Moment.now >= nextRescue {
                await attempt("rescue") { try await rescue() }
                nextRescue = Moment.now + settings.rescueEvery
            }
            if Moment.now >= nextDays {
                await attempt("keep days") {
                    try await JobBoard(pool).keepDays(kept: settings.daysKept)
                    for sql in JobSQL.forget { try await pool.execute(sql) }
                }
                nextDays = Moment.now + settings.daysEvery
            }
            if !isStopping { await careBell.rest(for: settings.tickEvery) }
        }
    }

    /// What fails here is done the next time round.
    private func attempt(_ doing: StaticString, _ body: () async throws -> Void) async {
        do { try await body() } catch { observe(.postgresAway(PostgresError.made(of: error), doing: doing)) }
    }

    private func rescue() async throws {
        let sql = JobSQL.rescue(silentFor: settings.silenceMax, grace: settings.timeoutGrace)
        let (again, forGood) = try await pool.execute(sql).one.decode(Int.self, Int.self)
        guard again + forGood > 0 else { return }
        counts.rescued += again
        counts.rescuedForGood += forGood
        observe(.rescued(again: again, forGood: forGood))
        nudge()
    }
}
