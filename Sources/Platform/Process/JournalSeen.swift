package import Journal
package import Loop
package import Service

/// What an operator sees of a journal.
package enum JournalSeen {
    package static func observer(_ log: Log) -> @Sendable (JournalHappening) -> Void {
        { happening in
            switch happening {
            case .failing(let error): log.error("journal_failing", .error(error))
            case .mended(let time): log.info("journal_mended", .duration("after", time))
            case .letGo(let records): log.error("journal_let_go", .count("records", records))
            case .trimmed(let segments): log.debug("journal_trimmed", .count("segments", segments))
            case .trimFailed(let error): log.warn("journal_trim_failed", .error(error))
            }
        }
    }

    package static func collect(_ journal: JournalStatistics, _ scrape: inout Scrape) {
        scrape.gauge("journal_healthy", "1 while records become durable.", journal.state.isHealthy ? 1 : 0)
        scrape.gauge("journal_depth", "Records not acknowledged.", Double(journal.depth))
        scrape.gauge("journal_bytes", "All files together.", Double(journal.bytes))
        scrape.gauge("journal_segments", "Files.", Double(journal.segments))
        scrape.gauge("journal_memory_bytes", "Of records that are not durable.", Double(journal.bytesInMemory))
        scrape.counter("journal_records_taken_total", "Records taken.", Double(journal.recordsTaken))
        scrape.counter("journal_records_refused_total", "Records refused.", Double(journal.recordsRefused))
        scrape.counter("journal_records_durable_total", "Records on the disk.", Double(journal.recordsDurable))
        scrape.counter("journal_records_let_go_total", "Records that never were.", Double(journal.recordsLetGo))
        scrape.counter("journal_syncs_total", "Groups made durable.", Double(journal.syncs))
        scrape.counter("journal_syncs_failed_total", "Groups that failed.", Double(journal.syncsFailed))
        scrape.counter("journal_segments_trimmed_total", "Files dropped.", Double(journal.segmentsTrimmed))
    }
}

/// Why a journal's records are not durable, for health reports.
package struct JournalFails: Harmless {
    private let error: SystemError

    package init(_ error: SystemError) { self.error = error }

    package var description: String {
        "records wait in memory (\(error)): free or mend the journal's disk"
    }
}

extension JournalError: Harmless {}
