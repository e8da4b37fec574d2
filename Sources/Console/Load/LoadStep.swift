import Wire

/// What one number of calls was like, for as long as they were watched.
struct LoadStep: Equatable {
    var calls = 0
    var seconds = 0.0
    // Of the process that carries the calls:
    var corePercent = 0.0
    /// Resident bytes before the first call, and with all of them.
    var memoryIdle = 0.0
    var memory = 0.0
    // Of the log, in milliseconds:
    var turns = 0
    var stages: [TurnStage: Spread] = [:]
    /// What the caller waited beyond the silence that ends a turn.
    var added: Spread?
    var providerFailures = 0
    // Of the callers' ends of the line:
    var jitter: Spread?
    var pieces = 0
    var late = 0
    var stop: Spread?
    /// The same as the process measures it: without the way there and back.
    var clear: BucketSpread?
    /// Calls that were not taken, and calls that ended before their caller did.
    var refused = 0
    var lost = 0
    /// Calls whose log could not be read to the end.
    var unread = 0
    // Of whoever made the calls:
    var generator = GeneratorFigures()

    var corePerCall: Double { calls == 0 ? 0 : corePercent / Double(calls) }
    var kilobytesPerCall: Double { calls == 0 ? 0 : (memory - memoryIdle) / Double(calls) / 1_024 }
    var errors: Int { refused + lost + providerFailures + unread }

    var document: JSONValue {
        .object([
            ("calls", .integer(Int64(calls))), ("seconds", .double(seconds)), ("core_percent", .double(corePercent)),
            ("core_percent_per_call", .double(corePerCall)), ("memory_idle_bytes", .double(memoryIdle)),
            ("memory_bytes", .double(memory)), ("memory_kb_per_call", .double(kilobytesPerCall)),
            ("turns", .integer(Int64(turns))),
            (
                "stages_ms",
                .object(TurnStage.allCases.map { ($0.rawValue, stages[$0]?.document ?? .null) })
            ),
            ("added_ms", added?.document ?? .null), ("jitter_ms", jitter?.document ?? .null),
            ("pieces", .integer(Int64(pieces))), ("late_pieces", .integer(Int64(late))),
            ("stop_ms", stop?.document ?? .null), ("clear_ms", clear?.document ?? .null),
            ("refused", .integer(Int64(refused))),
            ("lost", .integer(Int64(lost))), ("provider_failures", .integer(Int64(providerFailures))),
            ("unread", .integer(Int64(unread))), ("generator", generator.document),
        ])
    }
}

/// Whether who makes the calls could keep up: figures of a generator that could not are its own, and not the system's.
struct GeneratorFigures: Equatable {
    static let coreMax = 80.0
    /// A frame of the line is twenty milliseconds; half of it late is no line any more.
    static let lateMax = 10.0

    var corePercent = 0.0
    /// How late callers' frames were sent, in milliseconds.
    var late: Spread?

    /// What stands against it; nil if nothing does.
    var bottleneck: String? {
        if corePercent > Self.coreMax { return "it needs \(Figure.short(corePercent)) % of a core" }
        guard let late, late.p99 > Self.lateMax else { return nil }
        return "one in a hundred of its frames is \(Figure.short(late.p99)) ms late"
    }

    var document: JSONValue {
        .object([
            ("core_percent", .double(corePercent)), ("frames_late_ms", late?.document ?? .null),
            ("bottleneck", bottleneck.map { .string($0) } ?? .null),
        ])
    }
}
