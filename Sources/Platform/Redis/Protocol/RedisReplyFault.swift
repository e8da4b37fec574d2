/// Why what came from the server is no reply that we take. The connection cannot go on after it.
package enum RedisReplyFault: Error, Hashable, Sendable {
    case tooDeep
    case tooManyElements
    case tooLong
    /// Not the protocol at all.
    case malformed
    /// A reply that nobody had asked for.
    case unasked
}
