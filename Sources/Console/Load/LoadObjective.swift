/// What a number of calls must keep to be carried: the largest that does is the cap.
struct LoadObjective: Equatable {
    enum Name: String, CaseIterable {
        /// Share of realtime's core, in percent.
        case core
        /// What we add to a turn, 95 of 100, in milliseconds.
        case turn
        /// How far pieces of sound come from their time, 99 of 100, in milliseconds.
        case jitter
        /// From the frame that decides to the order to be quiet, 99 of 100, in milliseconds.
        case stop
        /// The same as the process itself measures it: from when that frame could be read to when the order is written.
        case clear
        /// Pieces that come after the sound before them has ended, in percent.
        case late
        /// Calls that were not taken or did not live, and failures of providers.
        case errors

        var unit: String {
            switch self {
            case .core, .late: "%"
            case .turn, .jitter, .stop, .clear: "ms"
            case .errors: ""
            }
        }
    }

    private(set) var limits: [Name: Double] = [
        .core: 80, .turn: 15, .jitter: 10, .stop: 5, .clear: 5, .late: 0.1, .errors: 0,
    ]

    /// Each is `name=limit`; those that are not named are as usual, and `name=off` is not looked at.
    init(_ texts: [String] = []) throws(UsageError) {
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let name = Name(rawValue: parts[0]) else {
                let names = Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw UsageError("--objective is NAME=LIMIT, and the names are \(names); not \(text)")
            }
            if parts[1] == "off" {
                limits[name] = nil
            } else if let limit = Double(parts[1]), limit >= 0, limit.isFinite {
                limits[name] = limit
            } else {
                throw UsageError("the limit of \(name.rawValue) is a number or off, not \(parts[1])")
            }
        }
    }

    /// One limit that was not kept.
    struct Miss: Equatable {
        let name: Name
        let found: Double
        let limit: Double

        var text: String { "\(name.rawValue) \(Figure.short(found)) > \(Figure.short(limit)) \(name.unit)" }
    }

    /// What was not measured was not missed.
    func misses(_ step: LoadStep) -> [Miss] {
        Name.allCases.compactMap { name in
            guard let limit = limits[name], let found = Self.value(name, step), found > limit else { return nil }
            return Miss(name: name, found: found, limit: limit)
        }
    }

    private static func value(_ name: Name, _ step: LoadStep) -> Double? {
        switch name {
        case .core: step.corePercent
        case .turn: step.added?.p95
        case .jitter: step.jitter?.p99
        case .stop: step.stop?.p99
        case .clear: step.clear?.p99
        case .late: step.pieces == 0 ? nil : 100 * Double(step.late) / Double(step.pieces)
        case .errors: Double(step.errors)
        }
    }
}
