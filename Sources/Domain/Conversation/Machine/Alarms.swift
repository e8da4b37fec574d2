/// Every deadline of a call. Setting one replaces it; one that rings is gone before anybody acts on it, so none rings twice.
struct Alarms: Hashable, Sendable {
    enum Name: Int, CaseIterable, Sendable {
        case pump, playback, voice, endpoint, transcript, speculation, turnLength, keys, overlap, context, model, tool,
            filler, hold, inactivity, duration, frames, media, transfer, farewell
    }

    private var times = [Instant](repeating: .never, count: Name.allCases.count)

    subscript(name: Name) -> Instant? {
        get { times[name.rawValue] == .never ? nil : times[name.rawValue] }
        set { times[name.rawValue] = newValue ?? .never }
    }

    var earliest: Instant? {
        var earliest = Instant.never
        for time in times where time < earliest { earliest = time }
        return earliest == .never ? nil : earliest
    }

    /// The next that is due, the earliest first; it is gone.
    mutating func ring(at now: Instant) -> Name? {
        var first: Int?
        for place in times.indices where times[place] <= now && times[place] < (first.map { times[$0] } ?? .never) {
            first = place
        }
        guard let first else { return nil }
        times[first] = .never
        return Name(rawValue: first)
    }

    mutating func clear() { for place in times.indices { times[place] = .never } }
}

extension Instant {
    /// Later than any.
    static let never = Instant(microseconds: .max)
}
