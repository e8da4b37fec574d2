/// One use of a tool. What went in and came out stays in the log, once: the versions say where.
package struct ToolUseState: Hashable, Sendable {
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case returned
        case failed
    }

    package struct Finish: Hashable, Sendable {
        package let at: Instant
        package let version: Int32
        package let outcome: Outcome
        package let fault: ToolFault?
        package let status: Int?
        package let took: Milliseconds?

        package init(
            at: Instant, version: Int32, outcome: Outcome, fault: ToolFault?, status: Int?, took: Milliseconds?
        ) {
            self.at = at
            self.version = version
            self.outcome = outcome
            self.fault = fault
            self.status = status
            self.took = took
        }
    }

    package var name: String
    package var turn: TurnID?
    package var reply: ReplyID?
    package var calledAt: Instant?
    package var calledVersion: Int32?
    package var finish: Finish?

    package init(name: String) { self.name = name }
}

extension ToolUseState {
    mutating func apply(_ event: CallEvent, at: Instant, version: Int32) {
        switch event {
        case .toolCalled(let event):
            (name, turn, reply) = (event.name, event.turn, event.reply)
            (calledAt, calledVersion) = (at, version)
        case .toolReturned(let event):
            finished(
                Finish(at: at, version: version, outcome: .returned, fault: nil, status: nil, took: event.took))
        case .toolFailed(let event):
            finished(
                Finish(
                    at: at, version: version, outcome: .failed, fault: event.fault, status: event.status,
                    took: event.took))
        default: break
        }
    }

    /// The first is what the model was told: an answer after the time was up changed nothing any more.
    private mutating func finished(_ new: Finish) {
        if let finish, (finish.at, finish.outcome.rawValue) <= (new.at, new.outcome.rawValue) { return }
        finish = new
    }
}
