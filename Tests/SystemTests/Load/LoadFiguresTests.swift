import Testing
import Wire

@testable import Console

/// What a load is asked for, and how what it finds is reckoned.
struct LoadFiguresTests {
    @Test func `what is typed is read, and what can't be is refused`() throws {
        let usual = try LoadOptions([])
        #expect(usual.calls == 100 && usual.duration == .seconds(30) && usual.providers == .sim)
        #expect(!usual.isRamp && !usual.isOverload && usual.finished == 0 && usual.core == nil)
        let said = try LoadOptions([
            "--calls", "200", "--duration=2m", "--ramp", "--providers", "local", "--overload", "--finished", "10000",
            "--core", "1", "--objective", "turn=20", "--objective", "late=off", "--json",
        ])
        #expect(said.calls == 200 && said.duration == .seconds(120) && said.providers == .local && said.core == 1)
        #expect(said.isRamp && said.isOverload && said.isJSON && said.finished == 10_000)
        #expect(said.objective.limits[.turn] == 20 && said.objective.limits[.late] == nil)
        #expect(said.objective.limits[.core] == 80)
        for wrong in [
            ["--calls", "0"], ["--calls", "5001"], ["--duration", "4s"], ["--duration", "30"], ["--duration", "31m"],
            ["--providers", "both"], ["--objective", "turn"], ["--objective", "luck=1"],
            ["--objective", "turn=-1"], ["--finished", "1000001"], ["10"],
        ] { #expect(throws: UsageError.self, "\(wrong)") { try LoadOptions(wrong) } }
    }

    @Test func `a percentile is a sample that was measured`() throws {
        #expect(Spread([]) == nil)
        let one = try #require(Spread([7]))
        #expect(one.p50 == 7 && one.p99 == 7 && one.max == 7 && one.count == 1)
        let hundred = try #require(Spread((1...100).shuffled().map(Double.init)))
        #expect(hundred.p50 == 50 && hundred.p95 == 95 && hundred.p99 == 99 && hundred.max == 100)
        #expect(hundred.text == "50.0 / 95.0 / 99.0")
    }

    @Test func `what a process has measured since then is told by its buckets`() throws {
        func page(_ counts: [Int]) -> BucketCounts {
            let lines = zip(["0.001", "0.005", "+Inf"], counts).map { bound, count in
                "clear_bucket{le=\"\(bound)\"} \(count)"
            }
            let others = ["# TYPE clear histogram", #"clearer_bucket{le="1"} 9"#]
            return BucketCounts(of: "clear", in: (others + lines).joined(separator: "\n"))
        }
        let (before, after) = (page([10, 10, 10]), page([99, 109, 110]))
        #expect(before.bounds == [0.001, 0.005] && before.counts == [10, 0, 0])
        let grown = try #require(after.since(before))
        #expect(grown.count == 100 && grown.p50 == 1 && grown.p99 == 5)
        #expect(before.since(before) == nil)
        // Nobody knows how far beyond the last bound.
        let far = try #require(page([0, 0, 3]).since(page([0, 0, 0])))
        #expect(far.p50 == .infinity && far.text == "? / ?")
    }

    @Test func `numbers are as long as they say something`() {
        #expect(Figure.short(0) == "0.00" && Figure.short(3.14159) == "3.14" && Figure.short(31.4159) == "31.4")
        #expect(Figure.short(314.159) == "314" && Figure.short(-0.001) == "0.00" && Figure.fixed(-1.5, 1) == "-1.5")
        #expect(Figure.fixed(0.05, 3) == "0.050" && Figure.short(.nan) == "–")
    }

    @Test func `a slope is that of the closest line`() throws {
        #expect(Slope([]) == nil && Slope([(1, 2)]) == nil && Slope([(1, 2), (1, 3)]) == nil)
        #expect(try #require(Slope([(0, 5), (10, 25), (20, 45)])).perUnit == 2)
        #expect(try #require(Slope([(0, 5), (10, 5), (20, 5)])).perUnit == 0)
    }

    @Test func `only what grows after the beginning is a leak`() throws {
        func leak(_ bytes: [Double]) -> Double? {
            LoadLeak(
                points: bytes.enumerated().map { LoadLeak.Point(finished: ($0 + 1) * 100, bytes: $1) }, failed: 0
            ).bytesPerCall
        }
        #expect(leak([100, 900, 1_000, 1_000, 1_000, 1_000]) == 0)
        #expect(leak([0, 0, 0, 0, 1_000, 2_000]) == 10)
        #expect(leak([5]) == nil)
    }

    // MARK: - The line

    @Test func `a piece has its time behind the one before, once the line has its lead`() {
        var line = LineWatch()
        for piece in 0..<4 { line.given(100, at: Double(piece)) }
        #expect(line.jitter.isEmpty)
        line.given(100, at: 103)
        line.given(100, at: 206)
        line.given(50, at: 250)
        #expect(line.jitter == [0, 3, 6])
        #expect(line.late == 0 && line.pieces == 7)
        let seen = line.collect()
        #expect(seen.jitter.count == 3 && seen.pieces == 7 && line.pieces == 0 && line.jitter.isEmpty)
    }

    @Test func `a hole in an utterance is late, and the pause behind it is not`() {
        var line = LineWatch()
        line.given(100, at: 0)
        line.given(100, at: 101)
        #expect(line.late == 1)
        line.given(100, at: 1_000)
        #expect(line.late == 1 && line.jitter.isEmpty)
        line.given(100, at: 1_050)
        line.cleared()
        line.given(100, at: 1_210)
        #expect(line.late == 1)
    }

    // MARK: - Steps and the cap

    private static func play(_ plan: LoadPlan, holdsUpTo limit: Int) -> [LoadPlan.Tried] {
        var tried: [LoadPlan.Tried] = []
        while let calls = plan.next(after: tried), tried.count < 20 {
            tried.append(LoadPlan.Tried(calls: calls, isMet: calls <= limit))
        }
        return tried
    }

    @Test func `a ramp goes up by quarters, and looks for the cap by halves`() {
        #expect(Self.play(LoadPlan(calls: 200, isRamp: false), holdsUpTo: 0).map(\.calls) == [200])
        let all = Self.play(LoadPlan(calls: 200, isRamp: true), holdsUpTo: 500)
        #expect(all.map(\.calls) == [50, 100, 150, 200])
        #expect(LoadPlan.cap(all) == 200 && LoadPlan.isOpen(all))
        let some = Self.play(LoadPlan(calls: 160, isRamp: true), holdsUpTo: 97)
        #expect(some.map(\.calls) == [40, 80, 120, 100, 90])
        #expect(LoadPlan.cap(some) == 90 && !LoadPlan.isOpen(some))
        let none = Self.play(LoadPlan(calls: 4, isRamp: true), holdsUpTo: 0)
        #expect(none.map(\.calls) == [1] && LoadPlan.cap(none) == 0 && !LoadPlan.isOpen(none))
    }

    @Test func `what fails below what holds was bad luck`() {
        let plan = LoadPlan(calls: 4, isRamp: true)
        let tried = [LoadPlan.Tried(calls: 2, isMet: false), LoadPlan.Tried(calls: 4, isMet: true)]
        #expect(plan.next(after: tried) == nil && LoadPlan.cap(tried) == 4 && LoadPlan.isOpen(tried))
    }

    @Test func `each limit is held against what was measured`() throws {
        var step = LoadStep(calls: 10)
        #expect(try LoadObjective().misses(step).isEmpty)
        step.corePercent = 81
        (step.added, step.jitter, step.stop) = (Spread([16]), Spread([11]), Spread([6]))
        step.clear = BucketSpread(bounds: [0.005, 0.01], counts: [0, 1, 0])
        (step.pieces, step.late, step.lost) = (100, 1, 1)
        let misses = try LoadObjective().misses(step)
        #expect(misses.map(\.name) == LoadObjective.Name.allCases)
        #expect(misses.first?.text == "core 81.0 > 80.0 %")
        #expect(
            try LoadObjective(["core=off", "turn=16", "late=1"]).misses(step).map(\.name) == [
                .jitter, .stop, .clear, .errors,
            ])
    }

    // MARK: - The log

    @Test func `a turn's added wait is what comes behind the silence that ended it`() throws {
        func event(_ type: String, _ second: Int64, _ json: String) throws -> TurnFacts.Event {
            (type, Timestamp(microseconds: second * 1_000_000), try JSONValue(json: Array(json.utf8)))
        }
        let events = try [
            event("turn.ended", 1, #"{"turn_id": "a", "endpointing_ms": 500}"#),
            event("agent.started_speaking", 2, #"{"turn_id": "a", "perceived_ms": 900}"#),
            event("turn.ended", 10, #"{"turn_id": "b", "endpointing_ms": 500}"#),
            event("reply.first_token", 10, #"{"turn_id": "b", "took_ms": 4}"#),
            event(
                "agent.started_speaking", 11,
                #"{"turn_id": "b", "first_sentence_ms": 1, "tts_first_byte_ms": 3, "first_audio_sent_ms": 0, "perceived_ms": 509}"#
            ),
            event("provider.failed", 12, "{}"),
            event("turn.ended", 13, #"{"turn_id": "c", "endpointing_ms": 500}"#),
            event("agent.started_speaking", 14, "{}"),
        ]
        var facts = TurnFacts()
        facts.read(events, since: Timestamp(microseconds: 5_000_000))
        #expect(facts.added == [9] && facts.turns == 1 && facts.failures == 1)
        #expect(facts.samples[.endpointing] == [500, 500] && facts.samples[.perceived] == [509])
        #expect(facts.samples[.firstToken] == [4] && facts.samples[.voiceFirstByte] == [3])
        // Another call's answer is none to this one's turn.
        facts.read(
            [try event("agent.started_speaking", 15, #"{"turn_id": "c", "perceived_ms": 600}"#)],
            since: .init(microseconds: 0))
        #expect(facts.turns == 1)
    }

    // MARK: - The page

    private static let machine = MachineDescription(
        processor: "A processor", cores: 2, memoryBytes: 8_589_934_592, kernel: "6.1", realtimeCore: 1)

    @Test func `the page says what was missed, and whose fault it is`() throws {
        var report = LoadReport(machine: Self.machine, options: try LoadOptions(["--calls", "20", "--ramp"]))
        var good = LoadStep(calls: 10, seconds: 30, corePercent: 5, memoryIdle: 1_048_576, memory: 2_097_152)
        (good.added, good.jitter, good.pieces) = (Spread([2]), Spread([1]), 300)
        var bad = good
        (bad.calls, bad.corePercent) = (20, 90)
        bad.generator.corePercent = 95
        report.steps = [good, bad]
        #expect(report.markdown.contains("| 10 | 0.500 % | 102 KB | 2.00 / 2.00 / 2.00 ms |"))
        #expect(report.markdown.contains("**missed**: core 90.0 > 80.0 %"))
        #expect(report.markdown.contains("With 20 calls the generator was the bottleneck: it needs 95.0 % of a core"))
        // What failed may have been the generator's fault.
        #expect(report.markdown.contains("**≥ 10 calls**"))
        #expect(report.document["cap"] == .integer(10) && report.document["machine"]?["cores"] == .integer(2))
        guard case .array(let steps)? = report.document["steps"] else { throw Trouble("no steps") }
        #expect(steps.count == 2 && steps[1]["generator"]?["bottleneck"]?.text != nil)
        #expect(!report.isFaulty)
    }

    @Test func `more or fewer than the cap is a fault`() throws {
        func overload(_ admitted: Int, _ refused: Int, failed: Int = 0, refilled: Int = 2) -> LoadOverload {
            LoadOverload(
                cap: 10, offered: 15, admitted: admitted, refusedFull: refused, countedAdmitted: admitted,
                countedRefused: refused, failed: failed, pieces: 100, late: 0, jitter: nil, freed: 2, refilled: refilled
            )
        }
        #expect(overload(10, 5).isExact)
        #expect(!overload(11, 4).isExact && !overload(9, 6).isExact)
        #expect(!overload(10, 4, failed: 1).isExact && !overload(10, 5, refilled: 3).isExact)
        var report = LoadReport(machine: Self.machine, options: try LoadOptions([]))
        report.overload = overload(11, 4)
        #expect(report.isFaulty && report.markdown.contains("**Not exact.**"))
    }
}
