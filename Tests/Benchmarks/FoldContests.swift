import Crypto
import Domain
import Loop
import Postgres
import Store

/// How fast the read model of calls is built anew.
enum FoldContests {
    static let all = [rebuild]

    private static let pages = 12
    private static let pageSize = ConsumerLimits().rebuildPage

    private static let rebuild = Contest(
        name: "rebuild", question: "folding calls of about 60 events into their tables, a lane's pages of 5,000",
        peer: "one upsert of one row for each event, unread, a transaction for 5,000", unit: "events/s",
        goal: .atLeast(1.5)
    ) { body in
        let bench = try FoldBench()
        defer { bench.clear() }
        let events = try bench.events(pages * pageSize)
        try body({ try bench.fold(events, pageSize) }, { try bench.upserts(events.prefix(pageSize)) })
    }
}
