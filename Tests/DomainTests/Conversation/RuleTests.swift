import Testing

@testable import Domain

/// The small pure rules, each as a table.
struct RuleTests {
    @Test(
        arguments: [
            ("I would like to pay.", Expected.anything, nil, nil, 300),
            ("I would like to pay", .anything, nil, nil, 500),
            ("my number is", .anything, nil, nil, 1_200), ("well, um", .anything, nil, nil, 1_200),
            ("I would like to pay", .anything, 900, nil, 1_080), ("I would like to pay.", .anything, 900, nil, 300),
            ("I would like to pay", .anything, nil, 90, 300), ("my number is", .anything, nil, 90, 500),
            ("I would like to pay", .anything, nil, 50, 500), ("four two", .digits(4), nil, nil, 2_500),
            ("four two one nine", .digits(4), nil, nil, 300), ("42 19", .digits(4), nil, nil, 300),
            ("42", .digits(nil), nil, nil, 2_500), ("I have none", .digits(4), nil, nil, 500),
            ("ada at example", .email, nil, nil, 2_500), ("ada at example dot com", .email, nil, nil, 300),
            ("ada@example.com", .email, nil, nil, 300), ("no", .yesOrNo, nil, nil, 300),
            ("slowly", .anything, 4_000, nil, 2_500),
        ] as [(String, Expected, Int64?, Int?, Int64)])
    func `how much silence ends a turn`(text: String, expected: Expected, pause: Int64?, sure: Int?, silence: Int64) {
        let rule = Endpointing(
            text: text, expecting: expected, pause: pause.map { Milliseconds($0) },
            endProbability: sure.map { Fraction(percent: $0) }, settings: EndpointingSettings())
        #expect(rule.silence == Milliseconds(silence))
    }

    @Test func `a least silence above the most is waited for`() {
        var settings = EndpointingSettings()
        settings.silenceMin = 3_000
        let rule = Endpointing(
            text: "I have none", expecting: .anything, pause: nil, endProbability: nil, settings: settings)
        #expect(rule.silence == 3_000)
    }

    @Test(arguments: [
        ("Hello there. How are you?", ["Hello there.", "How are you?"]),
        ("It is 3.5 percent. Yes", ["It is 3.5 percent.", "Yes"]), ("Dr. Ada is in.", ["Dr. Ada is in."]),
        (
            "With a first clause this long, it is cut early, but only once.",
            ["With a first clause this long,", "it is cut early, but only once."]
        ),
        ("One\n\ntwo  three!", ["One two three!"]), ("", []), ("   ", []), ("好的。再见。", ["好的。", "再见。"]),
        ("He said “stop.” Then he went.", ["He said “stop.”", "Then he went."]),
    ])
    func `tokens become sentences`(text: String, sentences: [String]) {
        for size in 1...7 {
            var splitter = SentenceSplitter()
            var found: [String] = []
            var rest = text[...]
            while !rest.isEmpty {
                splitter.add(String(rest.prefix(size))) { found.append($0) }
                rest = rest.dropFirst(size)
            }
            splitter.finish { found.append($0) }
            #expect(found == sentences)
        }
    }

    @Test func `a sentence that never ends is cut at a word`() {
        var splitter = SentenceSplitter()
        var found: [String] = []
        splitter.add(String(repeating: "word ", count: 200)) { found.append($0) }
        splitter.finish { found.append($0) }
        #expect(found.allSatisfy { $0.count <= Limit.sentenceLength && $0.hasSuffix("word") })
        #expect(found.joined(separator: " ").split(separator: " ").count == 200)
    }

    private static let timed: [(String, Int64)] = [("Your", 200), ("table", 600), ("is", 700), ("booked.", 1_200)]

    @Test(
        arguments: [
            (0, ""), (199, ""), (200, "Your"), (599, "Your"), (600, "Your table"), (650, "Your table"),
            (1_100, "Your table is"),
            (1_200, "Your table is booked."), (9_000, "Your table is booked."),
        ] as [(Int64, String)])
    func `what was heard, by the voice's word times`(heard: Int64, text: String) {
        var sentence = Sentence(text: "Your table is booked.", rate: 100, at: Script.start)
        sentence.length = 1_300
        sentence.words = Self.timed.map { WordTime(text: Private($0.0), endsAt: Milliseconds($0.1)) }
        #expect(sentence.said(after: Milliseconds(min(heard, 1_250))) == text)
        sentence.isWhole = true
        #expect(sentence.said(after: 1_300) == "Your table is booked.")
    }

    @Test(
        arguments: [
            (0, ""), (300, ""), (500, "Your"), (1_100, "Your table"), (1_500, "Your table is"),
            (1_999, "Your table is"),
            (2_000, "Your table is booked."),
        ] as [(Int64, String)])
    func `what was heard, by proportion, in whole words`(heard: Int64, text: String) {
        var sentence = Sentence(text: "Your table is booked.", rate: 100, at: Script.start)
        (sentence.length, sentence.isWhole) = (2_000, true)
        #expect(sentence.said(after: Milliseconds(heard)) == text)
    }

    @Test func `a sentence whose voice broke off was not heard to its end`() {
        var sentence = Sentence(text: "Your table is booked for two.", rate: 100, at: Script.start)
        (sentence.length, sentence.isWhole, sentence.isTruncated) = (400, true, true)
        #expect(sentence.said(after: 400) == "Your")
    }

    @Test(
        arguments: [
            ([0..<180], [String]()), ([0..<200], ["+0", "-200"]), ([0..<200, 260..<400], ["+0", "-400"]),
            ([0..<200, 320..<400], ["+0", "-200"]), ([0..<200, 320..<520], ["+0", "-200", "+320", "-520"]),
            ([0..<100, 140..<240], []),
        ] as [([Range<Int64>], [String])])
    func `speech is confirmed, and so is its end`(speech: [Range<Int64>], outcomes: [String]) {
        var gate = VoiceGate(HearingSettings())
        var found: [String] = []
        for place in stride(from: Int64(0), to: 1_000, by: 20) {
            let isSpeech = speech.contains { $0.contains(place) }
            switch gate.heard(
                CallerFrame(mediaAt: Milliseconds(place), probability: Fraction(percent: isSpeech ? 80 : 10)))
            {
            case .none: break
            case .started(let at): found.append("+\(at.count)")
            case .stopped(let at): found.append("-\(at.count)")
            }
        }
        #expect(found == outcomes)
    }

    @Test(
        arguments: [
            ("", 100, false, 0, Overlap.Judgement.undecided), ("", 500, false, 0, .pause),
            ("", 300, true, 0, .dismiss(.tooShort)),
            ("", 700, true, 0, .dismiss(.noise)), ("mhm", 900, false, 0, .undecided),
            ("mhm, yeah", 400, true, 0, .dismiss(.backchannel)),
            ("wait", 200, false, 0, .interrupt), ("I have a question", 300, false, 0, .interrupt),
            ("tomorrow", 300, false, 0, .undecided), ("tomorrow", 300, true, 0, .dismiss(.tooShort)),
            ("table is booked", 600, true, 1, .dismiss(.echo)), ("table is booked", 600, false, 1, .undecided),
            ("table is what", 600, false, 1, .interrupt),
        ] as [(String, Int64, Bool, Int, Overlap.Judgement)])
    func `sound over our speech`(
        text: String, speech: Int64, isOver: Bool, spoken: Int, judgement: Overlap.Judgement
    ) {
        let overlap = Overlap(during: .speaking, began: Script.start, probability: Fraction(percent: 90))
        #expect(
            overlap.judge(
                text: text, speech: Milliseconds(speech), isOver: isOver,
                spoken: spoken == 1 ? "Your table is booked." : "",
                isGuarded: false, settings: InterruptionSettings()) == judgement)
    }

    @Test func `thinking has thresholds of its own, and our first sound guards against echo`() {
        let settings = InterruptionSettings()
        let thinking = Overlap(during: .thinking, began: Script.start, probability: Fraction(percent: 90))
        #expect(
            thinking.judge(text: "", speech: 300, isOver: false, spoken: "", isGuarded: false, settings: settings)
                == .interrupt)
        #expect(
            thinking.judge(text: "and", speech: 100, isOver: false, spoken: "", isGuarded: false, settings: settings)
                == .interrupt)
        let speaking = Overlap(during: .speaking, began: Script.start, probability: Fraction(percent: 90))
        #expect(
            speaking.judge(text: "", speech: 900, isOver: false, spoken: "", isGuarded: true, settings: settings)
                == .undecided)
    }

    @Test func `a caller's own pauses are learned, longer ones sooner`() {
        var pauses = Pauses()
        pauses.learned(400)
        #expect(pauses.typical == 400)
        pauses.learned(1_000)
        #expect(pauses.typical == 700)
        pauses.learned(200)
        #expect(pauses.typical == 600)
    }

    @Test func `sound is sent a little ahead, in pieces, and never further`() {
        var playout = Playout(PlayoutSettings())
        var sent: [Int64] = []
        var mark = 0
        while let room = playout.room(of: 2_000, isWhole: true, at: Script.start) {
            mark += 1
            playout.send(room, mark: MarkNumber(mark), at: Script.start)
            sent.append(room.count)
        }
        #expect(sent == [100, 100, 100, 100])
        #expect(playout.room(of: 2_000, isWhole: true, at: Script.start.after(60)) == nil)
        #expect(playout.room(of: 2_000, isWhole: true, at: Script.start.after(100)) == 100)
        #expect(playout.room(of: 410, isWhole: false, at: Script.start.after(100)) == nil)
        #expect(playout.room(of: 410, isWhole: true, at: Script.start.after(100)) == 10)
        // Without a mark nobody knows more than the clock.
        #expect(playout.heard(at: Script.start.after(250)) == 250)
        #expect(playout.heard(at: Script.start.after(9_000)) == 400)
        let isOurs = playout.marked(MarkNumber(2), at: Script.start.after(260))
        #expect(isOurs)
        #expect(playout.confirmed == 200)
        playout.cleared(at: Script.start.after(300))
        #expect(playout.sent == 300)
        let isOld = playout.marked(MarkNumber(4), at: Script.start.after(301))
        #expect(!isOld)
        #expect(playout.heard(at: Script.start.after(900)) == 300)
    }

    @Test func `control goes before audio, and the oldest audio falls out of a full inbox`() {
        var inbox = Inbox()
        for place in 0..<Limit.inputsWaiting {
            let frame = CallerFrame(mediaAt: Milliseconds(Int64(place)), probability: Fraction(percent: 1))
            let isTaken = inbox.put(.heard(frame))
            #expect(isTaken)
        }
        let taken = [inbox.put(.control(.interrupt)), inbox.put(.due)]
        #expect(taken == [true, true])
        #expect(inbox.count == Limit.inputsWaiting && inbox.dropped == 2)
        let order = [inbox.take(), inbox.take(), inbox.take()]
        #expect(
            order == [
                .control(.interrupt), .due, .heard(CallerFrame(mediaAt: 2, probability: Fraction(percent: 1))),
            ])
        var full = Inbox()
        for _ in 0..<Limit.inputsWaiting { _ = full.put(.due) }
        let refused = [full.put(.due), full.put(.control(.emergencyStop))]
        #expect(refused == [false, true])
        let first = full.take()
        #expect(first == .control(.emergencyStop))
    }

    @Test func `sums of absurd numbers stop at the ends`() {
        #expect(Milliseconds(.max) + 1 == Milliseconds(.max))
        #expect(Milliseconds(.min) - 1 == Milliseconds(.min))
        #expect(Milliseconds(.max).percent(200) == Milliseconds(.max))
        #expect(Script.start.after(Milliseconds(.max)) == Instant(microseconds: .max))
        #expect(Instant(microseconds: .min).since(Instant(microseconds: .max)) == Milliseconds(.min / 1000))
    }

    @Test(
        arguments: [
            ("What are the last four digits of your card?", Expected.digits(4)), ("The 6 digits, please.", .digits(6)),
            ("Dígame los cuatro dígitos.", .digits(4)), ("Which digits are on it?", .digits(nil)),
            ("What is your number?", .digits(nil)), ("What is your e-mail address?", .email),
            ("How can I help you?", .anything),
        ])
    func `what is expected is taken from what was asked`(question: String, expected: Expected) {
        #expect(Expected.inferred(from: question) == expected)
    }
}
