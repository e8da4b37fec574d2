import Crypto
import Store
import TestKit
import Testing

/// One random history of a few streams, checked step by step against the model.
struct History: Sendable {
    let seed: UInt64
    private(set) var model = LogModel()
    /// What the log said is stored, and where.
    private(set) var receipts: [(stream: UUID, receipt: AppendReceipt)] = []

    private let test: LogUnderTest
    private var random: Seeded
    private var streams: [UUID] = []
    private var sent: [StreamAppend] = []

    init(seed: UInt64, _ test: LogUnderTest) {
        self.seed = seed
        self.test = test
        // Neighbouring seeds shall not give neighbouring numbers.
        random = Seeded(seed &* 0xd134_2543_de82_ef95 &+ 1)
        for _ in 0..<3 { streams.append(id()) }
    }

    mutating func run() async throws {
        for _ in 0..<Int.random(in: 2...6, using: &random) {
            if random.chance(15) { try await race() } else { try await round() }
        }
    }

    /// A few appends by one writer in one turn: they count in the order in which they were made.
    private mutating func round() async throws {
        var appends: [StreamAppend] = []
        var expected: [LogModel.Outcome] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let append = next()
            appends.append(append)
            expected.append(model.apply(append))
        }
        sent += appends
        let writer = test.appenders[Int.random(in: 0..<test.appenders.count, using: &random)]
        let results = await test.results(of: appends, by: writer)
        let outcomes = try results.map { try LogModel.Outcome($0) }
        #expect(outcomes == expected, "LEDGERLINE_SEED=\(seed) LEDGERLINE_HISTORIES=1: \(told(appends))")
        remember(appends, results)
    }

    /// Two writers at once: one of them came first.
    private mutating func race() async throws {
        let (left, right) = (next(), next())
        sent += [left, right]
        async let second = test.results(of: [right], by: test.appenders[1])
        let first = await test.results(of: [left], by: test.appenders[0])
        let results = await first + second
        let outcomes = try results.map { try LogModel.Outcome($0) }
        var (leftFirst, rightFirst) = (model, model)
        let one = [leftFirst.apply(left), leftFirst.apply(right)]
        let other = Array([rightFirst.apply(right), rightFirst.apply(left)].reversed())
        #expect(
            outcomes == one || outcomes == other,
            "LEDGERLINE_SEED=\(seed) LEDGERLINE_HISTORIES=1: \(told([left, right]))")
        model = outcomes == one ? leftFirst : rightFirst
        remember([left, right], results)
    }

    private mutating func remember(_ appends: [StreamAppend], _ results: [Result<AppendVerdict, AppendError>]) {
        for (append, result) in zip(appends, results) {
            if case .success(let verdict) = result, let receipt = verdict.receipt {
                receipts.append((append.stream, receipt))
            }
        }
    }

    // MARK: - What is tried

    private mutating func next() -> StreamAppend {
        let stream = streams[Int.random(in: 0..<streams.count, using: &random)]
        let current = model.version(of: stream)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: return make(stream, .version(current + 1))
        case 45..<57: return earlier() ?? make(stream, .version(current + 1))
        case 57..<68: return partOfEarlier() ?? make(stream, .next)
        case 68..<76: return make(stream, .version(Int32.random(in: 1...max(1, current), using: &random)))
        case 76..<81: return make(stream, .version(current + Int32.random(in: 2...4, using: &random)))
        case 81..<97: return make(stream, .next)
        default: return make(stream, .version(current + 1), of: UUID(value: 0xB2))
        }
    }

    private mutating func id() -> UUID { UUID(value: UInt128(random.next()) << 64 | UInt128(random.next())) }

    private mutating func make(
        _ stream: UUID, _ start: StreamAppend.Start, of organization: UUID = LogUnderTest.organization
    ) -> StreamAppend {
        var made: [NewEvent] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) { made.append(event(id(), "{}")) }
        return append(to: stream, at: start, made, of: organization)
    }

    private mutating func earlier() -> StreamAppend? { sent.randomElement(using: &random) }

    /// The end of an earlier append, perhaps with something new behind it.
    private mutating func partOfEarlier() -> StreamAppend? {
        guard let whole = earlier() else { return nil }
        let left = Int.random(in: 0..<whole.events.count, using: &random)
        var part = Array(whole.events.dropFirst(left))
        if random.chance(40) { part.append(event(id(), "{}")) }
        let start: StreamAppend.Start =
            if case .version(let first) = whole.start { .version(first + Int32(left)) } else { .next }
        return append(to: whole.stream, at: start, part, of: whole.organization)
    }

    private func told(_ appends: [StreamAppend]) -> String {
        appends.map { "\($0.start) × \($0.events.count)" }.joined(separator: ", ")
    }
}
