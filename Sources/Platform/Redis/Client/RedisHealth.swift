package import Loop

/// Whether a client has its connection.
package struct RedisHealth: Hashable, Sendable {
    package enum Condition: Hashable, Sendable {
        case connected
        case connecting
        case closed
    }

    package internal(set) var condition = Condition.connecting
    package internal(set) var since: Moment
    /// What last went wrong with a connection, however long ago.
    package internal(set) var lastFailure: RedisError.Code?
}
