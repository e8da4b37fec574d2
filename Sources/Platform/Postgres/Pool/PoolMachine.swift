import Loop

/// Which connections a pool has, makes and gives up: what is known goes in, what to do comes out.
///
/// Pure. A place is a number; the shell keeps the connection that stands there. While connecting fails, one place at a
/// time tries, after a pause that doubles; the first success opens the gate for all.
struct PoolMachine {
    enum Kind { case shared, exclusive }

    enum State: Equatable {
        /// → connecting
        case vacant
        /// → ready, idle, lent, vacant
        case connecting
        /// A shared connection at work. → vacant
        case ready(since: Moment)
        /// An exclusive connection that nobody has. → lent, probed, vacant
        case idle(since: Moment, born: Moment)
        /// → idle, vacant
        case lent(born: Moment)
        /// Asked whether it is there. → idle, vacant
        case probed(since: Moment, born: Moment)
    }

    private(set) var places: [State]
    let limits: PoolLimits
    private(set) var isOpen = true
    private(set) var failures = 0
    /// No attempt before this moment.
    private(set) var pausedUntil = Moment(nanoseconds: 0)

    init(_ limits: PoolLimits) {
        precondition(limits.shared > 0 && limits.exclusive > 0, "a pool without connections")
        self.limits = limits
        places = Array(repeating: .vacant, count: limits.shared + limits.exclusive)
    }

    func kind(of place: Int) -> Kind { place < limits.shared ? .shared : .exclusive }
    private var exclusivePlaces: Range<Int> { limits.shared..<places.count }

    var connectingCount: Int { places.count { $0 == .connecting } }
    var openCount: Int { places.count { $0 != .vacant && $0 != .connecting } }
    var lentCount: Int { places.count { if case .lent = $0 { true } else { false } } }
    var isEmpty: Bool { places.allSatisfy { $0 == .vacant } }

    // MARK: - Connecting

    /// The places that should begin to connect now, given how many borrowers wait.
    mutating func due(now: Moment, borrowersWaiting: Int) -> [Int] {
        guard isOpen, now >= pausedUntil else { return [] }
        let connecting = exclusivePlaces.count { places[$0] == .connecting }
        var wanted = (0..<limits.shared).filter { places[$0] == .vacant }
        wanted += exclusivePlaces.filter { places[$0] == .vacant }.prefix(max(0, borrowersWaiting - connecting))
        if failures > 0 { wanted = connectingCount > 0 ? [] : Array(wanted.prefix(1)) }
        for place in wanted { places[place] = .connecting }
        return wanted
    }

    /// Answers whether the connection is kept: not if the pool was closed meanwhile.
    mutating func connected(_ place: Int, now: Moment) -> Bool {
        precondition(places[place] == .connecting, "place \(place) did not connect")
        failures = 0
        pausedUntil = Moment(nanoseconds: 0)
        guard isOpen else {
            places[place] = .vacant
            return false
        }
        places[place] = kind(of: place) == .shared ? .ready(since: now) : .idle(since: now, born: now)
        return true
    }

    /// Answers how long to pause. `chance` in 0..<1 spreads the pauses of many processes.
    mutating func connectFailed(_ place: Int, now: Moment, chance: Double) -> Duration {
        precondition(places[place] == .connecting, "place \(place) did not connect")
        places[place] = .vacant
        failures += 1
        let doubled = limits.pauseMin * Double(1 << min(failures - 1, 20))
        let pause = min(doubled, limits.pauseMax) * (0.5 + 0.5 * chance)
        pausedUntil = now + pause
        return pause
    }

    mutating func lost(_ place: Int) { places[place] = .vacant }

    // MARK: - Lending

    /// The connection used last goes out first, so that the others can grow old and be closed.
    mutating func lend() -> Int? {
        guard isOpen else { return nil }
        var best: (place: Int, since: Moment, born: Moment)?
        for place in exclusivePlaces {
            if case .idle(let since, let born) = places[place], best.map({ since > $0.since }) ?? true {
                best = (place, since, born)
            }
        }
        guard let best else { return nil }
        places[best.place] = .lent(born: best.born)
        return best.place
    }

    /// Answers whether the connection is kept.
    mutating func returned(_ place: Int, now: Moment) -> Bool {
        guard case .lent(let born) = places[place] else { return false }
        guard isOpen, now - born < limits.lifetimeMax else {
            places[place] = .vacant
            return false
        }
        places[place] = .idle(since: now, born: born)
        return true
    }

    // MARK: - Care

    enum Care: Equatable {
        /// Ask it whether it is there.
        case probe(Int)
        /// Close it.
        case retire(Int)
        /// Let what is on it end, and connect anew.
        case replace(Int)
    }

    /// What to do for connections that idle or are old; asked every `probeInterval`. Shared ones are replaced one at a time.
    mutating func care(now: Moment) -> [Care] {
        guard isOpen else { return [] }
        var cares: [Care] = []
        for place in exclusivePlaces {
            guard case .idle(let since, let born) = places[place] else { continue }
            if now - since >= limits.idleMax || now - born >= limits.lifetimeMax {
                places[place] = .vacant
                cares.append(.retire(place))
            } else {
                places[place] = .probed(since: since, born: born)
                cares.append(.probe(place))
            }
        }
        for place in 0..<limits.shared {
            guard case .ready(let since) = places[place] else { continue }
            if now - since >= limits.lifetimeMax, failures == 0, !cares.contains(where: \.isReplacement) {
                places[place] = .vacant
                cares.append(.replace(place))
            } else {
                cares.append(.probe(place))
            }
        }
        return cares
    }

    /// A probe was answered. The connection has not been used by that: its idle time goes on from its last use.
    mutating func probed(_ place: Int) {
        if case .probed(let since, let born) = places[place] { places[place] = .idle(since: since, born: born) }
    }

    // MARK: - Closing

    /// Answers which connections can be closed at once; lent ones are when they come back.
    mutating func closed() -> [Int] {
        isOpen = false
        var free: [Int] = []
        for place in places.indices {
            switch places[place] {
            case .idle, .probed:
                places[place] = .vacant
                free.append(place)
            case .vacant, .connecting, .ready, .lent: break
            }
        }
        return free
    }
}

extension PoolMachine.Care {
    fileprivate var isReplacement: Bool { if case .replace = self { true } else { false } }
}
