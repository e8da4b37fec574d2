/// What happens when: the same for the same seed.
struct FaultPlan: Sendable {
    static let writers = 2
    static let workers = 3
    /// How wrong the clock of each is. One is right.
    static let writersClocks = ["", "-13m"]
    static let workersClocks = ["+7m x1.5", "", "-11m x0.5"]

    struct Entry: Sendable {
        let at: Duration
        let fault: Fault
    }

    let entries: [Entry]

    init(seed: UInt64, for time: Duration) {
        var dice = Dice(seed)
        var entries: [Entry] = []
        // The system gets a moment to begin.
        var moment = Duration.seconds(2)
        while moment < time {
            entries.append(Entry(at: moment, fault: Self.fault(&dice)))
            moment += dice.milliseconds(150...1_500)
        }
        self.entries = entries
    }

    private static func fault(_ dice: inout Dice) -> Fault {
        switch dice.number(1...100) {
        case ...22: return .killWorker(dice.number(0...workers - 1))
        case ...36: return .killWriter(dice.number(0...writers - 1))
        case ...45: return .pauseWorker(dice.number(0...workers - 1), dice.milliseconds(200...4_000))
        case ...49: return .pauseWriter(dice.number(0...writers - 1), dice.milliseconds(200...2_000))
        case ...59: return .flushRedis
        case ...63: return .killRedis(away: dice.milliseconds(50...3_000))
        case ...66: return .pauseRedis(dice.milliseconds(100...3_000))
        case ...69: return .deleteStream(lane: dice.number(0...15))
        case ...73: return .forgeEntry(lane: dice.number(0...15), isFarAhead: dice.happens(oneIn: 2))
        case ...76: return .crashPostgres
        case ...79: return .killBackend
        case ...82: return .fillDisk(dice.number(0...writers - 1), dice.milliseconds(500...4_000))
        case ...85: return .failOver
        default:
            let line = Fault.Line.allCases[dice.number(0...Fault.Line.allCases.count - 1)]
            return .line(line, lineFault(&dice), dice.milliseconds(50...3_000))
        }
    }

    private static func lineFault(_ dice: inout Dice) -> Fault.LineFault {
        switch dice.number(1...5) {
        case 1: .reset
        case 2: .refused
        case 3: .silent
        case 4: .answersLost
        default: .cutAfter(dice.number(1...20_000))
        }
    }
}
