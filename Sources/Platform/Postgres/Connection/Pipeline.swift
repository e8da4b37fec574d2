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

    private var owed: [Owed] = []
    private var head = 0
    private(set) var settled: [(ticket: Ticket, outcome: Outcome)] = []
    private var current = Outcome.done

    /// Answers still to come.
    var count: Int { owed.count - head }
    var isEmpty: Bool { head == owed.count }
    var next: Owed? { head < owed.count ? owed[head] : nil }

    /// Whose statement the server is working at.
    var nextTicket: Ticket? {
        switch next {
        case .preparation(let ticket, _), .execution(let ticket, _): ticket
        default: nil
        }
    }

    mutating func sent(_ item: Owed) { owed.append(item) }

    mutating func received(_ answer: Answer) -> Step {
        guard let item = next else { return answer == .end ? .none : .unexpected }
        switch item {
        case .preparation(let ticket, let prepared): return preparation(ticket, prepared, answer)
        case .execution(let ticket, let isLast): return execution(ticket, isLast, answer)
        case .disposal(let prepared): return disposal(prepared, answer)
        case .sync: return sync(answer)
        }
    }

    private mutating func preparation(_ ticket: Ticket, _ prepared: StatementCache.Prepared, _ answer: Answer) -> Step {
        switch answer {
        case .result: return .none
        case .failure:
            current = .failed
            return .notPrepared(prepared, ticket)
        case .aborted:
            if current == .done { current = .bystander }
            return .notPrepared(prepared, nil)
        case .end:
            advance()
            return .none
        case .synced: return .unexpected
        }
    }

    private mutating func execution(_ ticket: Ticket, _ isLast: Bool, _ answer: Answer) -> Step {
        switch answer {
        case .result: return current == .done ? .deliver(ticket) : .unexpected
        case .failure:
            current = .failed
            return .blame(ticket)
        case .aborted:
            if current == .done { current = .bystander }
            return .none
        case .end:
            advance()
            if isLast {
                settled.append((ticket, current))
                current = .done
            }
            return .none
        case .synced: return .unexpected
        }
    }

    private mutating func disposal(_ prepared: StatementCache.Prepared, _ answer: Answer) -> Step {
        switch answer {
        case .result, .failure: return .none
        case .aborted: return .notDisposed(prepared)
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
    mutating func takeSettled(into tickets: inout [(ticket: Ticket, outcome: Outcome)]) {
        if tickets.isEmpty { return swap(&tickets, &settled) }
        tickets.append(contentsOf: settled)
        settled.removeAll(keepingCapacity: true)
    }

    /// The end of the connection: everyone who has not been settled, in order, each once.
    mutating func abandon() -> [Ticket] {
        var tickets = settled.map(\.ticket)
        for item in owed[head...] {
            if case .execution(let ticket, isLast: true) = item { tickets.append(ticket) }
        }
        self = Pipeline()
        return tickets
    }

    func forEachTicket(_ body: (Ticket) -> Void) {
        for (ticket, _) in settled { body(ticket) }
        for item in owed[head...] {
            if case .execution(let ticket, isLast: true) = item { body(ticket) }
        }
    }

    private mutating func advance() {
        head += 1
        if head == owed.count {
            owed.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024 {
            owed.removeFirst(head)
            head = 0
        }
    }
}
