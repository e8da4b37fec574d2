import Domain
import Testing

/// Patterns of calls, and what is decided about them.
struct PatternTests {
    private static func story() -> ToldCall {
        var call = ToldCall()
        call.agent("Hello, and welcome to our very long greeting of today", interrupted: true)
        call.pause(520)
        call.caller("find me a slot", mood: -0.8)
        call.agent("Sorry about that, let me look.")
        call.tool("find_slot", gives: .object([:]))
        call.tool("find_slot", gives: .object([:]))
        call.pause(480)
        call.tool("book_slot", gives: .object([:]))
        call.tool("pay", gives: nil)
        call.agent("You are booked, your number is 4271.")
        call.caller("thank you")
        call.end()
        return call
    }

    @Test func `a call shows its tools, recoveries, phrasing and waiting, each with the events that show it`() throws {
        let call = Self.story()
        let seen = PatternRules.sightings(in: try #require(call.finished), success: true)
        let keys = Dictionary(grouping: seen, by: \.kind).mapValues { $0.map(\.key) }
        #expect(
            keys == [
                .toolPath: ["find_slot>book_slot"], .recovery: ["interrupted:apology", "upset:apology"],
                .phrasing: ["you are booked your number is ####"], .turnTaking: ["500"],
            ])
        #expect(seen.first { $0.kind == .phrasing }?.summary.revealed == "Say “You are booked, your number is ####.”")
        let ids = Set(call.facts.map(\.id))
        #expect(seen.allSatisfy { !$0.events.isEmpty && ids.isSuperset(of: $0.events) && $0.success })
        // The same is seen in a call that failed: else nothing would ever seem to fail.
        let failed = PatternRules.sightings(in: try #require(call.finished), success: false)
        #expect(failed.map(\.key) == seen.map(\.key) && failed.allSatisfy { !$0.success })
    }

    @Test func `a call without tools, trouble and answers shows nothing`() throws {
        var call = ToldCall()
        call.caller("hello")
        call.end()
        #expect(PatternRules.sightings(in: try #require(call.finished), success: false).isEmpty)
    }

    @Test(arguments: [
        ("one two three", "short"), ("I would rather ask you about it, shall I?", "question"),
        (String(repeating: "words ", count: 13), "long"),
    ])
    func `what an agent does when interrupted is told apart`(text: String, answer: String) throws {
        var call = ToldCall()
        call.agent("Hello, and welcome", interrupted: true)
        call.agent(text)
        call.end()
        let seen = PatternRules.sightings(in: try #require(call.finished), success: true)
        #expect(seen.filter { $0.kind == .recovery }.map(\.key) == ["interrupted:\(answer)"])
    }

    @Test func `the interval of a rate is Wilson's`() throws {
        // By the formula, reckoned elsewhere.
        for (successes, total, low, high) in [
            (0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0),
            (90, 100, 0.8256, 0.9448),
        ] {
            let confidence = try #require(Confidence(successes, of: total))
            #expect(abs(confidence.low - low) < 0.0001 && abs(confidence.high - high) < 0.0001, "\(confidence)")
        }
        #expect(Confidence(0, of: 0) == nil && Confidence(rate: 1.5, of: 3) == nil)
    }

    private static func steps(
        _ successes: Int, of calls: Int, by subjects: Int = 9, _ standing: PatternJudgement.Standing
    ) -> [PatternJudgement.Step] {
        PatternJudgement.steps(.init(calls: calls, successes: successes, subjects: min(subjects, calls)), standing)
    }

    @Test func `little is chance, one caller is one caller, and what fails is retired`() {
        let (calls, subjects) = (PatternJudgement.callsMin, PatternJudgement.subjectsMin)
        #expect(Self.steps(calls, of: calls, .unknown) == [.learn, .reinforce])
        #expect(Self.steps(calls - 1, of: calls - 1, .unknown) == [])
        #expect(Self.steps(calls, of: calls, by: subjects, .unknown) == [.learn, .reinforce])
        #expect(Self.steps(calls, of: calls, by: subjects - 1, .unknown) == [])
        #expect(Self.steps(1, of: 20, .unknown) == [])
        #expect(Self.steps(1, of: calls, .learned) == [.reinforce])
        let failing = PatternJudgement.retireCallsMin
        #expect(Self.steps(1, of: failing, .learned) == [.reinforce, .retire])
        #expect(Self.steps(0, of: failing - 1, .learned) == [.reinforce])
        #expect(Self.steps(failing / 2, of: failing, .learned) == [.reinforce])
        #expect(Self.steps(failing, of: failing, .retired) == [])
        #expect(PatternJudgement.steps(.init(calls: 0, successes: 0, subjects: 0), .unknown) == [])
    }

    @Test func `what calls are given is compared with calls that are not, when there are enough of both`() {
        let enough = PatternJudgement.comparedMin
        func doesHarm(_ given: (Int, Int), _ others: (Int, Int)) -> Bool {
            PatternJudgement.doesHarm(given: .init(given.0, of: given.1), others: .init(others.0, of: others.1))
        }
        #expect(doesHarm((2, enough), (enough - 2, enough)))
        #expect(!doesHarm((2, enough - 1), (enough - 2, enough)) && !doesHarm((2, enough), (enough - 3, enough - 1)))
        #expect(!doesHarm((enough / 2, enough), (enough - 6, enough)), "chance explains it")
        #expect(!doesHarm((enough, enough), (0, enough)) && !doesHarm((0, 0), (0, 0)))
    }
}
