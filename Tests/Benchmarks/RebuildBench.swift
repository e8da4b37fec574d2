import Domain
import Loop
import Postgres
import Store

extension AppendBench {
    /// A log that holds these events, and a live version of the calls' read model that has had them all.
    func fill(with events: [RecordedEvent]) throws {
        try prepare()
        let configuration = try configuration()
        try Loops.run(1, name: "fill") { loops in
            _ = try await Self.withAppender(configuration, on: loops.first, warmsUp: false) { appender, loop in
                for start in stride(from: 0, to: events.count, by: Self.fillPage) {
                    let page = events[start..<min(start + Self.fillPage, events.count)]
                    var (left, failed) = (page.count, 0)
                    for event in page {
                        appender.submit(Self.append(event)) { result in
                            left -= 1
                            if case .success(.appended) = result { return }
                            failed += 1
                        }
                    }
                    while left > 0 { try await loop.sleep(for: .milliseconds(1)) }
                    guard failed == 0 else { throw Trouble("\(failed) appends failed") }
                }
                return Figure(Double(events.count))
            }
            let pool = PostgresPool(configuration, on: loops.first)
            try await pool.execute("INSERT INTO live_consumers (name, version) VALUES ('calls', 1)")
            try await pool.execute(
                """
                INSERT INTO consumer_lanes (consumer, lane, position)
                SELECT 'calls@1', lane, max(position) FROM events GROUP BY lane
                """)
            try await pool.execute("ANALYZE events")
            await pool.close()
        }
    }

    private static let fillPage = 20_000

    private static func append(_ event: RecordedEvent) -> StreamAppend {
        StreamAppend(
            to: event.stream, kind: .call, of: event.organization, at: .version(event.version),
            [
                NewEvent(
                    id: event.id, type: event.type, schemaVersion: event.schemaVersion, occurredAt: event.occurredAt,
                    payload: event.payload)
            ])
    }

    /// Events per second of wall time until the version has caught up; the note says what our own process spent.
    func rebuild(version: Int32, of count: Int) throws -> Figure {
        let configuration = try configuration()
        let spent = Accounts.ownTime()
        let took = try Loops.run(1, name: "rebuild") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let tables = CallTables(version: version)
            try await pool.withTransaction { try await tables.make(like: CallTables(version: 1), in: $0) }
            let log = try await EventLog.read(through: .pool(pool))
            let consumer = CallsConsumer(version: version)
            let worker = ConsumerWorker(consumer, of: log, pool, redis: nil)
            let began = Moment.now
            let working = Task(executorPreference: loops.first) { await worker.run() }
            let rebuild = Rebuild(pool)
            var progress = try await rebuild.progress(of: consumer.name)
            while progress.lanes.isEmpty || progress.lag > 0 {
                try await loops.first.sleep(for: .milliseconds(20))
                progress = try await rebuild.progress(of: consumer.name)
            }
            let took = (Moment.now - began).inSeconds
            worker.stop()
            await working.value
            let applied = try await pool.query("SELECT coalesce(sum(version), 0)::bigint FROM \(tables.calls)").one
                .decode(Int.self)
            guard applied == count else { throw Trouble("the calls know \(applied) of \(count) events") }
            await pool.close()
            return took
        }
        let own = Double(Accounts.ownTime() - spent) / Double(count) / 1_000
        return Figure(Double(count) / took, note: "(own CPU \(own.short) µs/event)")
    }
}
