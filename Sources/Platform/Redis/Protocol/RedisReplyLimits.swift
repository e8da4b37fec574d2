/// What one reply may cost us, whatever the server says.
package struct RedisReplyLimits: Hashable, Sendable {
    /// Arrays within arrays. hiredis 0.14 itself stops there too.
    package var depthMax = 7
    /// Elements of all arrays of one reply together.
    package var elementsMax = 1 << 20
    /// Bytes of all strings of one reply together, and what is held of one that has not fully come.
    package var bytesMax = 64 << 20
    /// Bytes of a line: a status, an error, a number.
    package var lineMax = 64 << 10

    package init() {}
}
