import Loop

/// The commands of a connection that still have no reply, in the order they were sent.
///
/// Redis answers in that order and names nothing, so a place in the queue is never given up before its reply has come:
/// a caller who has gone only leaves the place empty. That is why no reply can reach the wrong command.
struct OwedReplies<Waiter> {
    struct Lost {
        let waiter: Waiter
        /// Whether any of the command's bytes had been written.
        let wasSent: Bool
    }

    struct Expiry {
        /// Those whose deadline has passed.
        var late: [Waiter] = []
        /// A reply has been missing for the grace time too: the server or the line is dead.
        var isDead = false
        /// When to look again.
        var next: Moment?
    }

    enum Answer {
        case to(Waiter)
        /// The caller has gone; the reply is thrown away.
        case toNobody
        /// Nothing was owed.
        case unasked
    }

    private struct Place {
        let ticket: UInt64
        /// Where in all that was ever queued for writing the command begins.
        let offset: UInt64
        var waiter: Waiter?
        var deadline: Moment
        var isOverdue = false
    }

    private var places: [Place] = []
    /// Places before this index have been answered.
    private var head = 0
    private let grace: Duration

    init(grace: Duration) { self.grace = grace }

    var count: Int { places.count - head }
    var isEmpty: Bool { count == 0 }

    /// A ticket names one place. A nil waiter wants a reply to come but not to see it.
    mutating func append(_ waiter: Waiter?, ticket: UInt64, offset: UInt64, deadline: Moment) {
        places.append(Place(ticket: ticket, offset: offset, waiter: waiter, deadline: deadline))
    }

    mutating func answered() -> Answer {
        guard head < places.count else { return .unasked }
        let waiter = places[head].waiter
        places[head].waiter = nil
        head += 1
        if head == places.count {
            places.removeAll(keepingCapacity: true)
            head = 0
        } else if head >= 1024, head * 2 >= places.count {
            places.removeSubrange(..<head)
            head = 0
        }
        return waiter.map { .to($0) } ?? .toNobody
    }

    /// The waiter of a place whose caller goes; nil if it has its answer already.
    mutating func cancelled(_ ticket: UInt64) -> Waiter? {
        guard let place = places[head...].firstIndex(where: { $0.ticket == ticket }) else { return nil }
        defer { places[place].waiter = nil }
        return places[place].waiter
    }

    mutating func expired(at now: Moment) -> Expiry {
        var expiry = Expiry()
        for index in head..<places.count {
            if places[index].deadline <= now {
                if places[index].isOverdue {
                    expiry.isDead = true
                } else {
                    if let waiter = places[index].waiter { expiry.late.append(waiter) }
                    places[index].waiter = nil
                    places[index].isOverdue = true
                    places[index].deadline = places[index].deadline + grace
                }
            }
            expiry.next = min(expiry.next ?? .never, places[index].deadline)
        }
        return expiry
    }

    /// Everybody still waiting, when no reply will come any more.
    mutating func lost(written: UInt64) -> [Lost] {
        defer {
            places.removeAll()
            head = 0
        }
        return places[head...].compactMap { place in
            place.waiter.map { Lost(waiter: $0, wasSent: place.offset < written) }
        }
    }
}
