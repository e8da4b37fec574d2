/// What a connection in pipeline mode still owes, in the order it was sent, and what each answer means.
///
/// Pure: the shell tells each answer of libpq and does what the step says. Statements between two Syncs form a segment:
/// the server runs it as one transaction, so a ticket is settled when its Sync has been answered and not before. After
/// an error the server skips the rest of the segment; who is skipped is a bystander, and was not executed.
struct Pipeline<Ticket> {
    enum Owed {
        case preparation(Ticket, StatementCache.Prepared)
        case execution(Ticket, isLast: Bool)
        case disposal(StatementCache.Prepared)
        case sync
    }

    enum Answer { case result, failure, aborted, end, synced }

    enum Step {
        case none
        case deliver(Ticket)
        /// The failure is this ticket's.
        case blame(Ticket)
        /// The statement was not prepared; with a ticket, because of its own fault.
        case notPrepared(StatementCache.Prepared, Ticket?)
        case notDisposed(StatementCache.Prepared)
        /// The segment failed while it was committed: everyone in it is to blame.
        case blameSegment
        /// The segment is over: `takeSettled`.
        case settle
        /// Not part of the protocol: the state of the connection is unknown.
        case unexpected
    }

    enum Outcome: Equatable { case done, failed, bystander }

    struct Settled {
        let ticket: Ticket
        var outcome: Outcome
    }

    enum Kind { case preparation, execution, lastExecution, disposal, sync }

    /// What is owed, flat: a look at its kind touches no count of references.
    private struct Item {
        let kind: Kind
        /// Gone once it is settled, or its preparation answered.
        var ticket: Ticket?
        let prepared: StatementCache.Prepared?
    }

    /// From `head` to `tail`; what stands outside is of no interest, and overwritten.
    private var owed: [Item] = []
    private var head = 0
    private var tail = 0
    private(set) var settled: [Settled] = []
    private var current = Outcome.done

    /// Answers still to come.
    var count: Int { tail - head }
    var isEmpty: Bool { head == tail }
    var next: Kind? { head < tail ? owed[head].kind : nil }

    /// Whose statement the server is working at.
    var nextTicket: Ticket? { head < tail ? owed[head].ticket : nil }

    mutating func sent(_ new: Owed) {
        let item =
            switch new {
            case .preparation(let ticket, let prepared): Item(kind: .preparation, ticket: ticket, prepared: prepared)
            case .execution(let ticket, let isLast):
                Item(kind: isLast ? .lastExecution : .execution, ticket: ticket, prepared: nil)
            case .disposal(let prepared): Item(kind: .disposal, ticket: nil, prepared: prepared)
            case .sync: Item(kind: .sync, ticket: nil, prepared: nil)
            }
        if tail < owed.count { owed[tail] = item } else { owed.append(item) }
        tail += 1
    }

    mutating func received(_ answer: Answer) -> Step {
        guard head < tail else { return answer == .end ? .none : .unexpected }
        switch owed[head].kind {
        case .preparation: return preparation(answer)
        case .execution, .lastExecution: return execution(answer)
        case .disposal: return disposal(answer)
        case .sync: return sync(answer)
        }
    }

    private mutating func preparation(_ answer: Answer) -> Step {
        guard let prepared = owed[head].prepared else { preconditionFailure("a preparation of nothing") }
        switch answer {
        case .result: return .none
        case .failure:
            current = .failed
            return .notPrepared(prepared, owed[head].ticket)
        case .aborted:
            if current == .done { current = .bystander }
            return .notPrepared(prepared, nil)
        case .end:
            advance()
            return .none
        case .synced: return .unexpected
        }
    }

    private mutating func execution(_ answer: Answer) -> Step {
        switch answer {
        case .result:
            guard current == .done, let ticket = owed[head].ticket else { return .unexpected }
            return .deliver(ticket)
        case .failure:
            current = .failed
            guard let ticket = owed[head].ticket else { return .unexpected }
            return .blame(ticket)
        case .aborted:
            if current == .done { current = .bystander }
            return .none
        case .end:
            if owed[head].kind == .lastExecution {
                var ticket: Ticket?
                swap(&ticket, &owed[head].ticket)
                if let ticket { settled.append(Settled(ticket: ticket, outcome: current)) }
                current = .done
            }
            advance()
            return .none
        case .synced: return .unexpected
        }
    }

    private mutating func disposal(_ answer: Answer) -> Step {
        switch answer {
        case .result, .failure: return .none
        case .aborted:
            guard let prepared = owed[head].prepared else { preconditionFailure("a disposal of nothing") }
            return .notDisposed(prepared)
        case .end:
            advance()
            return .none
        case .synced: return .unexpected
        }
    }

    /// COMMIT happens at the Sync, so an error may come in its place; a Sync answer still follows.
    private mutating func sync(_ answer: Answer) -> Step {
        switch answer {
        case .synced:
            advance()
            return .settle
        case .failure:
            for index in settled.indices where settled[index].outcome == .done { settled[index].outcome = .failed }
            return .blameSegment
        case .end: return .none
        case .result, .aborted: return .unexpected
        }
    }

    /// Moves what is settled behind `tickets`.
    mutating func takeSettled(into tickets: inout [Settled]) {
        if tickets.isEmpty { return swap(&tickets, &settled) }
        tickets.append(contentsOf: settled)
        settled.removeAll(keepingCapacity: true)
    }

    /// The end of the connection: everyone who has not been settled, in order, each once.
    mutating func abandon() -> [Ticket] {
        var tickets: [Ticket] = []
        forEachTicket { tickets.append($0) }
        self = Pipeline()
        return tickets
    }

    func forEachTicket(_ body: (Ticket) -> Void) {
        for settled in settled { body(settled.ticket) }
        for item in owed[head..<tail] {
            if item.kind == .lastExecution, let ticket = item.ticket { body(ticket) }
        }
    }

    /// How many that are answered may stand before those that are not, until these move to the front.
    private static var answeredMax: Int { 1024 }

    private mutating func advance() {
        owed[head].ticket = nil
        head += 1
        if head == tail {
            (head, tail) = (0, 0)
        } else if head >= Self.answeredMax {
            owed.removeFirst(head)
            tail -= head
            head = 0
        }
    }
}
