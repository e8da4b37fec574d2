import Loop

/// Who waits, first come first served, up to a limit. Those who lost interest are stepped over.
struct WaitingLine<Waiter: Waits> {
    let limit: Int
    private var waiters: [Waiter] = []
    private var head = 0

    init(limit: Int) { self.limit = limit }

    /// With those who lost interest and have not been stepped over yet.
    var count: Int { waiters.count - head }

    /// Answers whether there was room.
    mutating func append(_ waiter: Waiter) -> Bool {
        if count >= limit { compact() }
        guard count < limit else { return false }
        waiters.append(waiter)
        return true
    }

    mutating func next() -> Waiter? {
        while head < waiters.count {
            let waiter = waiters[head]
            head += 1
            if head == waiters.count {
                waiters.removeAll(keepingCapacity: true)
                head = 0
            }
            if waiter.isWaiting { return waiter }
        }
        return nil
    }

    /// Takes out everyone whose moment has passed.
    mutating func overdue(at now: Moment) -> [Waiter] {
        let overdue = waiters[head...].filter { $0.isWaiting && $0.waitDeadline <= now }
        compact { $0.waitDeadline > now }
        return overdue
    }

    mutating func removeAll() -> [Waiter] {
        let rest = waiters[head...].filter(\.isWaiting)
        waiters = []
        head = 0
        return rest
    }

    private mutating func compact(keeping isKept: (Waiter) -> Bool = { _ in true }) {
        waiters = waiters[head...].filter { $0.isWaiting && isKept($0) }
        head = 0
    }
}

/// Somebody in a waiting line.
protocol Waits: AnyObject {
    var isWaiting: Bool { get }
    var waitDeadline: Moment { get }
}
