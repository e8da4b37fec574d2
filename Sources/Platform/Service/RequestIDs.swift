/// Makes ids for requests: UUIDs of version 7, which sort by the time they were made (RFC 9562).
///
/// They are unique, not secret, and cost neither a lock nor a system call.
package struct RequestIDs: Sendable {
    private let source = IDSource()

    package init() {}

    package func next(at now: WallTime = .now) -> Token {
        let milliseconds = now.nanosecondsSinceEpoch / 1_000_000
        let bits = source.next()
        return Token(
            high: milliseconds << 16 | 0x7000 | bits >> 52,
            low: 0x8000_0000_0000_0000 | source.next() >> 2)
    }
}
