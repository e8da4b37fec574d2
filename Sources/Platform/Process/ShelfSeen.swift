package import Journal
package import Loop
package import Service

/// What an operator sees of a shelf.
package enum ShelfSeen {
    package static func observer(_ log: Log) -> @Sendable (ShelfHappening) -> Void {
        { happening in
            switch happening {
            case .failing(let error): log.error("traces_failing", .error(error))
            case .mended: log.info("traces_mended")
            case .cut: log.warn("trace_cut")
            case .swept(let files): log.debug("traces_swept", .count("files", files))
            }
        }
    }

    package static func collect(_ shelf: ShelfStatistics, _ scrape: inout Scrape) {
        scrape.gauge("traces_healthy", "1 while the disk takes traces.", shelf.isHealthy ? 1 : 0)
        scrape.gauge("traces_bytes", "All files together.", Double(shelf.bytesKept))
        scrape.gauge("traces_waiting_bytes", "Not on the disk yet.", Double(shelf.bytesWaiting))
        scrape.counter("traces_begun_total", "Files.", Double(shelf.filesBegun))
        scrape.counter("traces_cut_total", "Files that end too early.", Double(shelf.filesCut))
        scrape.counter("traces_removed_total", "Files removed for their age or room.", Double(shelf.filesSwept))
        scrape.counter("traces_written_bytes_total", "Of records.", Double(shelf.bytesWritten))
    }
}

/// Why calls leave no traces, for health reports.
package struct TracesFail: Harmless {
    private let error: SystemError

    package init(_ error: SystemError) { self.error = error }

    package var description: String {
        "calls go on without traces (\(error)): free or mend the disk of LEDGERLINE_TRACES"
    }
}
