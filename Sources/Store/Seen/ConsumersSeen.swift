package import Service

/// What an operator reads of a consumer in the log.
package enum ConsumersSeen {
    package static func observer(_ log: Log, of consumer: ConsumerName) -> ConsumerObserver {
        let name = Field.id("consumer", Token(consumer.name))
        let version = Field.count("version", Int(consumer.version))
        return { happening in
            switch happening {
            case .took(let lane, let position, _, let isStepping):
                log.debug(
                    "consumer_lane_taken", name, version, .count("lane", Int(lane)),
                    .count("position", Int(position)), .flag("stepping", isStepping))
            case .gaveBack(let lane): log.debug("consumer_lane_given_back", name, version, .count("lane", Int(lane)))
            case .lost(let lane): log.warn("consumer_lane_lost", name, version, .count("lane", Int(lane)))
            case .failed(let lane, let position, let note):
                log.warn(
                    "consumer_failed", name, version, .count("lane", Int(lane)), .count("position", Int(position)),
                    .harmless("error", note))
            case .parked(let lane, let position, let note):
                log.error(
                    "consumer_stream_parked", name, version, .count("lane", Int(lane)),
                    .count("position", Int(position)), .harmless("error", note))
            case .replayed(let stream, .done(let applied)):
                log.info(
                    "consumer_replayed", name, version, .id("stream", Token("\(stream)")), .count("applied", applied))
            case .replayed(let stream, .stuck(let position, let applied)):
                log.warn(
                    "consumer_replay_stuck", name, version, .id("stream", Token("\(stream)")),
                    .count("position", Int(position)), .count("applied", applied))
            case .roundFailed(let note): log.warn("consumer_round_failed", name, version, .harmless("error", note))
            case .redisIsAway(true): log.warn("consumer_without_redis", name, version)
            case .redisIsAway(false): log.info("consumer_with_redis_again", name, version)
            }
        }
    }
}

/// Its words are our own: the class of an error, and a sentence that quotes nobody.
extension FailureNote: Harmless {
    package var description: String { "\(errorClass): \(text)" }
}
