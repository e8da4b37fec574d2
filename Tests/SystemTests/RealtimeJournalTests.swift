import Crypto
import Domain
import Foundation
import Journal
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// The realtime process and its journal, seen from outside.
@Suite(.timeLimit(.minutes(3)), .serialized) struct RealtimeJournalTests {
    /// Leaves a journal behind as a process does that was killed before its events were in the log.
    private static func leave(_ appends: [StreamAppend], in folder: String, on loop: Loop) async throws {
        let journal = try await Journal.open(folder, on: loop)
        for append in appends { try await journal.untilDurable(journal.append(JournalEntry.bytes(of: append))) }
        await journal.close()
    }

    private static func call(_ count: Int) throws -> StreamAppend {
        let fact = Fact.call(.callerStartedSpeaking(CallerStartedSpeaking(mediaAt: 10)))
        let events = try (0..<count).map { _ in
            try NewEvent(fact, id: EventID(UUID.v7()), at: Instant(Timestamp.now))
        }
        return StreamAppend(
            to: .v7(), kind: .call, of: ConsoleUnderTest.organization, at: .version(1), events)
    }

    @Test func `what a killed process left in its journal is in the log once, however often it is started`()
        async throws
    {
        try await ConsoleUnderTest.with { test in
            try await TemporaryFolder.with { folder in
                let journal = folder.path("journal")
                let left = try (1...50).map { try Self.call($0 % 5 + 1) }
                let count = left.reduce(0) { $0 + $1.events.count }
                try await Self.leave(left, in: journal, on: test.loop)
                let settings = ["DATABASE_URL": test.url, "LEDGERLINE_JOURNAL": journal]
                for (round, signal) in [SIGKILL, SIGKILL, SIGTERM].enumerated() {
                    try await ProcessUnderTest.with(.realtime, settings, on: test.loop) { process in
                        try await process.untilReady()
                        try await test.loop.until("the metrics say so", within: .seconds(30), every: .milliseconds(50))
                        {
                            let text = try PrometheusText(try await process.get("/metrics").text)
                            func sum(_ name: String) -> Double {
                                text.samples.filter { $0.name == name }.map(\.value).reduce(0, +)
                            }
                            return sum("recorder_records_sent_again_total") == 50 && sum("journal_depth") == 0
                                && sum("recorder_events_waiting") == 0
                                && sum("log_events_appended_total") == (round == 0 ? Double(count) : 0)
                                && sum("log_append_duplicates_total") == (round == 0 ? 0 : Double(count))
                        }
                        process.process.send(signal)
                        #expect(await process.process.exit() == (signal == SIGKILL ? -SIGKILL : 0))
                    }
                    #expect(try await test.count("SELECT count(*) FROM events") == count)
                }
                for append in left {
                    let ids = try await test.log.events(of: append.stream, through: .pool(test.pool)).map(\.id)
                    #expect(ids == append.events.map(\.id))
                }
            }
        }
    }

    @Test func `events reach the log although Postgres was away when it started`() async throws {
        try await Loops.with { loops in
            try await TemporaryFolder.with { folder in
                try await PrivatePostgres.with { postgres in
                    try await Migrator(
                        PostgresConfiguration(postgres.url), on: loops.first,
                        folder: Services.repository + "/Migrations"
                    ).apply()
                    let journal = folder.path("journal")
                    try await Self.leave([try Self.call(3)], in: journal, on: loops.first)
                    try await postgres.stop()
                    let settings = ["DATABASE_URL": postgres.url, "LEDGERLINE_JOURNAL": journal]
                    try await ProcessUnderTest.with(.realtime, settings, on: loops.first) { process in
                        try await process.untilReadiness("it waits") { $0.word(of: "journal") == "up" }
                        try await postgres.start()
                        try await process.untilReady()
                        try await withPool(at: postgres.url, on: loops.first) { pool in
                            try await loops.first.until("the events", within: .seconds(30)) {
                                try await pool.query("SELECT count(*) FROM events").one.decode(Int.self) == 3
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func `a folder that another process has makes it degraded, until that one ends`() async throws {
        try await Loops.with { loops in
            try await TemporaryFolder.with { folder in
                let settings = ["LEDGERLINE_JOURNAL": folder.path("journal")]
                let other = try await Journal.open(folder.path("journal"), on: loops.first)
                try await ProcessUnderTest.with(.realtime, settings, on: loops.first) { process in
                    let answer = try await process.untilReadiness("degraded") {
                        $0.word(of: "journal") == "down" && $0.word(of: "postgres") == "up" && $0.status == 200
                    }
                    #expect(answer.word == "degraded", "\(answer.text)")
                    #expect(answer.reason(of: "journal")?.hasPrefix("the journal's folder is in use") == true)
                    await other.close()
                    try await process.untilReady()
                }
            }
        }
    }

    @Test(.enabled(if: TemporaryFolder.mayMount, "mounting a small disk takes root"))
    func `a disk without room for its journal makes it degraded, and says what to do`() async throws {
        try await Loops.with { loops in
            try await TemporaryFolder.with { folder in
                try await folder.withSmallDisk(bytes: 64 << 10) { disk in
                    try Data(count: 16 << 10).write(to: URL(filePath: disk + "/ballast"))
                    let filler = disk + "/filler"
                    let full = fopen(filler, "w")
                    let zeros = [UInt8](repeating: 0, count: 4_096)
                    while let full, fwrite(zeros, 1, zeros.count, full) == zeros.count, fflush(full) == 0 {}
                    if let full { fclose(full) }
                    let settings = ["LEDGERLINE_JOURNAL": disk + "/journal"]
                    try await ProcessUnderTest.with(.realtime, settings, on: loops.first) { process in
                        let answer = try await process.untilReadiness("degraded") {
                            $0.word(of: "journal") == "down" && $0.word(of: "postgres") == "up" && $0.status == 200
                        }
                        #expect(answer.word == "degraded", "\(answer.text)")
                        let reason = answer.reason(of: "journal") ?? ""
                        #expect(
                            reason.contains("No space left") && reason.contains("mend the journal's disk"), "\(reason)")
                        try FileManager.default.removeItem(atPath: filler)
                        try await process.untilReady()
                    }
                }
            }
        }
    }
}
