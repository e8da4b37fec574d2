/// How long a provider's stream may take, so that a stall is an event and never silence.
package struct StreamDeadlines: Hashable, Sendable {
    /// Name, connection, encryption and handshake together.
    package var opening = Duration.seconds(2)
    /// From what needs an answer to the first sign of one.
    package var beginning = Duration.milliseconds(1_500)
    /// Between two signs, while one is due.
    package var middle = Duration.seconds(5)

    package init() {}
}
