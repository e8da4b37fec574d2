/// What every line of one request, turn or call carries.
struct LogContext: Sendable {
    var request: Token?
    var turn: Token?
    var call: Token?
    var correlation: Token?
    var trace: Token?
}
