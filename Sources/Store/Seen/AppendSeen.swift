package import Service

/// What an operator reads of an appender in the log; what it counts says `LogSeries`.
package enum AppendSeen {
    package static func observer(_ log: Log) -> AppendObserver {
        { happening in
            switch happening {
            case .stored: break
            case .ready(let lanes): log.debug("log_ready", .count("lanes", Int(lanes)))
            case .timelineChanged(let timeline): log.warn("log_timeline_changed", .id("timeline", Token(timeline)))
            case .serverIsBehind(let timeline): log.error("log_server_is_behind", .id("timeline", Token(timeline)))
            case .flushFailed(let error?, let pause):
                log.warn("log_flush_failed", .error(error), .duration("retry_in", pause))
            case .flushFailed(nil, let pause): log.warn("log_flush_failed", .duration("retry_in", pause))
            case .lineIsLong(let events): log.warn("log_line_is_long", .count("events", events))
            case .lineIsShort(let events): log.info("log_line_is_short", .count("events", events))
            }
        }
    }
}
