import Crypto
import Foundation
import Loop
import Postgres
import Store

/// What the event log's promises cost: order, versions, recognition of what is sent again; all on the same disk, with
/// `fsync` and `synchronous_commit` on.
enum AppendContests {
    static let all = [copy, single, category, latency]

    private static let seconds = 6
    private static let copyBatches = 150

    private static let copy = Contest(
        name: "append", question: "appending 1,000 events per transaction, in order and each once",
        peer: "`COPY` of the same rows into a bare copy of the table, 1,000 per transaction", unit: "events/s",
        goal: .atLeast(0.7)
    ) { body in
        let bench = try AppendBench()
        defer { bench.clear() }
        let file = try bench.writeCopies(batches: copyBatches, rows: AppendLimits.batchEventsMax)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(
            { try bench.appends(calls: 2 * AppendLimits.batchEventsMax / 5, events: 5, seconds: seconds) },
            { try bench.copies(file, rows: copyBatches * AppendLimits.batchEventsMax) })
    }

    private static let single = Contest(
        name: "append-single", question: "1,000 calls appending one event at a time",
        peer: "`pgbench -c 32` with one bare INSERT per transaction", unit: "events/s", goal: .atLeast(3)
    ) { body in
        let bench = try AppendBench()
        defer { bench.clear() }
        try body(
            { try bench.appends(calls: 1_000, events: 1, seconds: seconds) },
            {
                try bench.pgbench(
                    clients: 32, seconds: seconds,
                    """
                    INSERT INTO bare (occurred_at, stream_id, event_id, organization_id, version, lane, schema_version, type, payload)
                    VALUES (now(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 1, 1, 'turn.ended', '\(AppendBench.payload)');
                    """)
            })
    }

    private static let category = Contest(
        name: "append-category", question: "1,000 calls appending one event at a time",
        peer: "32 clients calling a function that locks its category until it commits", unit: "events/s",
        goal: .atLeast(10)
    ) { body in
        let bench = try AppendBench()
        defer { bench.clear() }
        try body(
            { try bench.appends(calls: 1_000, events: 1, seconds: seconds) },
            {
                try bench.pgbench(
                    clients: 32, seconds: seconds,
                    "SELECT write_event(gen_random_uuid(), 'turn.ended', '\(AppendBench.payload)');")
            })
    }

    private static let latency = Contest(
        name: "append-latency", question: "99th percentile of an append at 2,000 events/s offered",
        peer: "99th percentile of a bare INSERT, offered as often as we commit", unit: "ms",
        goal: .atMost(2)
    ) { body in
        let bench = try AppendBench()
        defer { bench.clear() }
        // Both are measured in turns of one run: the second asks for what the first has found.
        var bare = Figure(.nan)
        try body(
            {
                let both = try bench.latencies(perSecond: 2_000, seconds: seconds)
                bare = both.bare
                return both.ours
            }, { bare })
    }
}
