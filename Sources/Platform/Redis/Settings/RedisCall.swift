/// How one command is to be carried out.
package struct RedisCall: Hashable, Sendable {
    /// What to do while there is no connection.
    package enum WhileDown: Hashable, Sendable {
        case fail
        case wait(Duration)
    }

    /// What to do when the connection is lost before the reply has come.
    package enum AfterLoss: Hashable, Sendable {
        case fail
        /// Send it once more: for commands that do the same when done twice.
        case retryOnce
    }

    /// How long the reply may take. A blocking read may take that much longer than it blocks.
    package var deadline: Duration
    package var whileDown: WhileDown
    package var afterLoss: AfterLoss

    package init(
        deadline: Duration = .seconds(5), whileDown: WhileDown = .fail, afterLoss: AfterLoss = .fail
    ) {
        self.deadline = deadline
        self.whileDown = whileDown
        self.afterLoss = afterLoss
    }
}
