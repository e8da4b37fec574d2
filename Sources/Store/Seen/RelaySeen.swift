package import Service

/// What an operator reads of the relay in the log; what it counts says `RelaySeries`.
package enum RelaySeen {
    package static func observer(_ log: Log) -> @Sendable (RelayHappening) -> Void {
        { happening in
            switch happening {
            case .phantom(let lane): log.error("relay_phantom", .count("lane", Int(lane)))
            case .republishing(let lane, let position):
                log.info("relay_republishing", .count("lane", Int(lane)), .count("after", Int(position)))
            case .corrupt(let error): log.error("log_is_corrupt", .error(error))
            case .redisIsFull(true): log.warn("relay_redis_full")
            case .redisIsFull(false): log.info("relay_redis_has_room")
            case .redisRestarted: log.info("relay_redis_restarted")
            case .timelineChanged(let timeline): log.warn("relay_timeline_changed", .id("timeline", Token(timeline)))
            case .failing(.redis(let error)): log.warn("relay_failing", .error(error))
            case .failing(.postgres(let error)): log.warn("relay_failing", .error(error))
            case .failing(.other(let error)): log.warn("relay_failing", .error(error))
            case .recovered: log.info("relay_recovered")
            }
        }
    }
}

extension LogIsCorrupt: Harmless {}
