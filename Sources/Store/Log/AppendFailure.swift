import Postgres

/// What a failed flush means for what was in it.
enum AppendFailure {
    /// The server, the line to it or its disk: nothing wrong with the events. They are kept and sent again.
    case passing
    /// Another writer's row was in the way of ours; looking again finds it.
    case collision
    /// The server says no to something in the batch, and would again.
    case lasting

    init(_ error: any Error) {
        guard let error = error as? PostgresError else {
            // Our own task was cancelled, because a neighbour's flush lost the connection.
            self = .passing
            return
        }
        switch error.code {
        case .server(let state): self = AppendFailure.of(state, error)
        case .connectFailed, .connectDeadline, .connectionLost, .queryDeadline, .poolExhausted, .busy, .closed,
            .commitOutcomeUnknown, .transactionAborted, .unexpectedAnswer:
            self = .passing
        default: self = .lasting
        }
    }

    private static let passingStates: Set<SQLState> = [
        .lockNotAvailable, SQLState("25006"),  // read-only: a primary that became a standby
        SQLState("25P03"), SQLState("25P04"),  // idle in, or too long in, a transaction
    ]
    /// Connections, rollbacks of others' making, resources such as a full disk, operators, the system, broken pages.
    private static let passingClasses = ["08", "40", "53", "57", "58", "XX"]

    private static func of(_ state: SQLState, _ error: PostgresError) -> AppendFailure {
        if state == .uniqueViolation { return .collision }
        if error.isConnectionLoss || passingStates.contains(state) { return .passing }
        return passingClasses.contains { state.isOf(class: $0) } ? .passing : .lasting
    }
}
