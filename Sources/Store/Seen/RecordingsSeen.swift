package import Journal
package import Service

/// What an operator sees of recordings.
package enum RecordingsSeen {
    package static func observer(_ log: Log) -> @Sendable (RecordingHappening) -> Void {
        { happening in
            switch happening {
            case .stored(let bytes, wasCut: false): log.info("recording_stored", .count("bytes", bytes))
            case .stored(let bytes, wasCut: true): log.warn("recording_stored_cut", .count("bytes", bytes))
            case .notStored(let error): log.error("recording_not_stored", .error(error))
            case .failed(let reason): log.error("recording_failed", .kind("reason", reason))
            }
        }
    }

    package static func shelfObserver(_ log: Log) -> @Sendable (ShelfHappening) -> Void {
        { happening in
            switch happening {
            case .failing(let error): log.error("recordings_failing", .error(error))
            case .mended: log.info("recordings_mended")
            case .cut: log.error("recording_cut")
            case .swept(let files): log.warn("recordings_swept", .count("files", files))
            }
        }
    }

    package static func collect(_ shelf: ShelfStatistics, _ kept: RecordingStatistics, _ scrape: inout Scrape) {
        scrape.gauge("recordings_healthy", "1 while the disk takes recordings.", shelf.isHealthy ? 1 : 0)
        scrape.gauge("recordings_waiting_bytes", "Not on the disk yet.", Double(shelf.bytesWaiting))
        scrape.counter("recordings_begun_total", "Recordings.", Double(shelf.filesBegun))
        scrape.counter(
            "recordings_cut_total", "Recordings that the disk did not take to their end.", Double(shelf.filesCut))
        scrape.counter("recordings_stored_total", "Recordings that were put away.", Double(kept.stored))
        scrape.counter("recordings_stored_bytes_total", "Of those.", Double(kept.bytesStored))
        scrape.counter("recordings_failed_total", "Recordings that could not be put away.", Double(kept.failed))
        scrape.counter("recordings_tries_total", "Tries to put one away that came to nothing.", Double(kept.tries))
    }
}
