/// How long a request may take. Each one passed ends the request with an error that names it.
package struct HTTPDeadlines: Hashable, Sendable {
    /// Which of them was passed.
    package enum Name: String, Hashable, Sendable { case connect, firstByte, idle, total }

    /// Name look-up, TCP and TLS together.
    package var connect = Duration.seconds(5)
    /// The longest silence from the connection's standing to the first byte of the response; sending our body is no silence.
    package var firstByte = Duration.seconds(30)
    /// The longest silence within the response. It does not count while the receiver keeps the body waiting.
    package var idle = Duration.seconds(30)
    /// From the call to the last byte, waiting for a free transfer included; nil for streams that have no end.
    package var total: Duration? = .seconds(60)

    package init() {}
}
