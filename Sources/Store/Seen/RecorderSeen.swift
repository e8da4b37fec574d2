package import Service

/// What an operator reads of a recorder in the log.
package enum RecorderSeen {
    package static func observer(_ log: Log) -> @Sendable (RecorderHappening) -> Void {
        { happening in
            switch happening {
            case .sendingAgain(let records): log.info("recorder_sending_again", .count("records", records))
            case .sentAgain: log.info("recorder_sent_again")
            case .unreadable(let number): log.error("recorder_record_unreadable", .count("number", Int(number)))
            case .journalUnreadable(let error): log.error("recorder_journal_unreadable", .error(error))
            case .withoutJournal(let error?): log.error("recorder_without_journal", .error(error))
            case .withoutJournal(nil): log.error("recorder_without_journal")
            case .withJournal: log.info("recorder_with_journal_again")
            case .refused(let stream, let events, let why):
                let (stream, events) = (Field.id("stream", Token("\(stream)")), Field.count("events", events))
                switch why {
                case .conflict(let actual):
                    log.error("recorder_conflict", stream, events, .count("actual", Int(actual)))
                case .refused(let error): log.error("recorder_refused", stream, events, .error(error))
                }
            case .lost(let stream, let events):
                log.error("recorder_lost", .id("stream", Token("\(stream)")), .count("events", events))
            }
        }
    }
}

/// What it says of a flaw is written in our source, and of the server it has the condition alone.
extension AppendError: Harmless {}
