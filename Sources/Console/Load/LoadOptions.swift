/// What was typed behind `load`.
struct LoadOptions: Equatable {
    /// Who hears, thinks and speaks.
    enum Providers: String, CaseIterable {
        /// Vendors' protocols over sockets, from simulators.
        case sim
        /// Engines of our own, in the process itself.
        case local
    }

    static let callsMax = 5_000
    static let finishedMax = 1_000_000
    static let durationUsual = Duration.seconds(30)
    static let durationRange = Duration.seconds(5)...Duration.seconds(1_800)

    let calls: Int
    let duration: Duration
    let isRamp: Bool
    let providers: Providers
    /// Half as many calls again are offered as may be taken.
    let isOverload: Bool
    /// So many short calls are made and ended, to see what memory they leave behind.
    let finished: Int
    /// The one that realtime gets for itself; the last of the machine if not said.
    let core: Int?
    let objective: LoadObjective
    let isJSON: Bool

    init(_ arguments: [String]) throws(UsageError) {
        let arguments = try Arguments(
            arguments, flags: ["--ramp", "--overload", "--json"],
            values: ["--calls", "--duration", "--providers", "--finished", "--core", "--objective"])
        _ = try arguments.words()
        calls = try arguments.count("--calls", in: 1...Self.callsMax) ?? 100
        duration =
            try arguments.value("--duration").map { text throws(UsageError) in try Self.duration(text) }
            ?? Self.durationUsual
        isRamp = arguments.has("--ramp")
        isOverload = arguments.has("--overload")
        isJSON = arguments.has("--json")
        finished = try arguments.count("--finished", in: 0...Self.finishedMax) ?? 0
        core = try arguments.count("--core", in: 0...1_023)
        objective = try LoadObjective(arguments.all("--objective"))
        let name = try arguments.value("--providers") ?? Providers.sim.rawValue
        guard let providers = Providers(rawValue: name) else {
            throw UsageError("--providers is sim or local, not \(name)")
        }
        self.providers = providers
    }

    /// `45s`, `2m`: calls last an hour at most.
    static func duration(_ text: String) throws(UsageError) -> Duration {
        let units: [Character: Int] = ["s": 1, "m": 60]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int(text.dropLast()), count < 100_000,
            durationRange.contains(.seconds(count * unit))
        else { throw UsageError("--duration is a time from 5s to 30m, such as 45s or 2m, not \(text)") }
        return .seconds(count * unit)
    }
}
