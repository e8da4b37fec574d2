package import Postgres
package import Redis

/// What an operator should hear of a relay.
package enum RelayHappening: Sendable {
    /// A lane's stream held what Postgres doesn't, and was deleted: somebody else writes to our keys, or a history was lost.
    case phantom(lane: Int16)
    /// A lane's stream was gone; consumers read Postgres until it is filled again.
    case republishing(lane: Int16, after: Int64)
    case corrupt(LogIsCorrupt)
    case redisIsFull(Bool)
    case redisRestarted
    /// Postgres has failed over: the streams have new names.
    case timelineChanged(to: String)
    /// Told once; `recovered` follows.
    case failing(RelayFailure)
    case recovered
}

/// Why a round was cut short. It is tried again.
package enum RelayFailure: Error, Sendable {
    case redis(RedisError)
    case postgres(PostgresError)
    case other(any Error)

    init(_ error: any Error) {
        switch error {
        case let error as RedisError: self = .redis(error)
        case let error as PostgresError: self = .postgres(error)
        default: self = .other(error)
        }
    }
}
