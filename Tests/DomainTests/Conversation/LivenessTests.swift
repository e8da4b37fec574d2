import Domain
import Testing

/// Nobody is left waiting for what does not come, and nothing grows without end.
struct LivenessTests {
    private static func asked(_ change: (inout ConversationSettings) -> Void = { _ in }) -> Script {
        var script = Script {
            $0.endpointing.speculates = false
            change(&$0)
        }
        script.speech = [1_000..<2_000]
        script.final(2_150, "Hello there.")
        script.run(to: 2_400)
        return script
    }

    @Test func `a model that stalls is replaced, and when all have, we apologize`() {
        var script = Self.asked()
        script.run(to: 12_000)
        #expect(
            script.story(from: 6_000) == [
                "6300 cancelReply R1", "6300 provider.failed model first timed_out", "6300 reply.finished R1 failed",
                "6300 provider.fell_back model first second", "6300 reply.requested R2", "6300 think R2 second",
                "10300 cancelReply R2", "10300 provider.failed model second timed_out",
                "10300 reply.finished R2 failed",
                "10300 speak U1.0 “I am sorry, I am having trouble right now.”",
            ])
    }

    @Test func `an empty reply is no answer`() {
        var script = Self.asked()
        script.at(2_800, .replied(script.lastReply, ReplyOutcome(finish: .stop)))
        #expect(script.lines.contains("2800 provider.failed model first bad_answer"))
        #expect(script.lines.contains("2800 think R2 second"))
    }

    @Test func `a model that fails in the middle is not asked again for what was said`() {
        var script = Self.asked()
        script.put(.token(script.lastReply, "The first half. "))
        script.at(2_600, .failed(.model(script.lastReply), .closedEarly, status: nil))
        #expect(script.thinkRequests.count == 1)
        script.voice(2_700, each: 500)
        script.run(to: 4_000)
        #expect(script.spoken.map(\.heard.revealed) == ["The first half."])
    }

    @Test func `a voice that stalls is replaced, and without any a recording apologizes`() {
        var script = Self.asked()
        script.reply(2_500, "Good day.")
        script.run(to: 5_600)
        #expect(
            script.story(from: 5_000) == [
                "5500 provider.failed voice v1 timed_out", "5500 provider.fell_back voice v1 v2",
                "5500 speak U1.0 “Good day.” ben",
            ])
        script.run(to: 20_000)
        #expect(script.lines.contains("8500 provider.failed voice v2 timed_out"))
        #expect(script.lines.contains("8500 playClip apology"))
        #expect(script.lines.contains("14500 call.ended voice_failed"))
    }

    @Test func `speech without a word is the recognizer's fault, and is heard again by another`() {
        var script = Script()
        script.speech = [1_000..<2_500]
        script.run(to: 5_000)
        #expect(script.lines.contains("4600 provider.failed transcription ears timed_out"))
        #expect(script.lines.contains("4600 startRecognizer 2 spare from 1000"))
        script.final(5_100, "I said hello.")
        script.run(to: 5_600)
        #expect(script.call.messages.map(\.words) == ["caller: I said hello."])
    }

    @Test func `a cough is a false start`() {
        var script = Script()
        script.speech = [1_000..<1_300]
        script.run(to: 5_000)
        #expect(script.story(from: 2_000) == ["3400 listening → idle (false_start)"])
    }

    @Test func `recognizers that all fail end the call with an apology`() {
        var script = Script()
        for time in stride(from: Int64(1_000), through: 5_000, by: 1_000) {
            script.at(time, .failed(.recognizer(script.recognizer), .unreachable, status: nil))
        }
        script.voice(5_100, each: 1_000)
        script.run(to: 9_000)
        #expect(script.ended?.reason == .transcriptionFailed)
        #expect(script.spoken.map(\.isInterrupted) == [false])
    }

    @Test func `whoever says nothing is asked, and then left`() {
        var script = Script()
        for time in stride(from: Int64(100), through: 60_000, by: 100) { script.voice(time, each: 1_000) }
        #expect(
            script.speakRequests.map(\.text.revealed) == [
                "Are you still there?", "I cannot hear you.", "Are you still on the line?",
                "I cannot hear you, so I will end the call.", "Goodbye.",
            ])
        #expect(script.ended?.reason == .callerSilent)
    }

    @Test func `a call has a longest duration`() {
        var script = Script {
            $0.liveness.duration = 5_000
            $0.liveness.inactivity = 60_000
        }
        script.run(to: 5_000)
        script.voice(5_100, each: 800)
        script.run(to: 8_000)
        #expect(script.ended?.reason == .durationMaxReached)
        #expect(script.spoken.first?.heard.revealed == Lines().durationFarewell)
    }

    @Test func `what is known of the customer is waited for, but not for long`() {
        var script = Script { $0.loadsContext = true }
        script.run(to: 400)
        #expect(script.lines.contains("0 loadContext"))
        #expect(script.lines.contains("50 context.loaded"))
        #expect(Self.contexts(script) == [ContextLoaded(memories: [], patterns: [], took: 50, outcome: .late)])
        let found = ContextLoaded(memories: [], patterns: [], took: 20, outcome: .loaded)
        let prompt = Self.told(at: 20, found, "likes tea")
        #expect(prompt.thinkRequests.last?.context == Private("likes tea"))
        #expect(Self.contexts(prompt) == [found])
        // The next turn has what came too late for the first word, and the log has both.
        let late = Self.told(at: 200, found, "likes tea")
        #expect(late.thinkRequests.last?.context == Private("likes tea"))
        #expect(Self.contexts(late).map(\.outcome) == [.late, .loaded])
    }

    @Test func `of nothing known the model is not told, and what failed is in the log`() {
        let stranger = ContextLoaded(memories: [], patterns: [], took: 3, outcome: .loaded)
        let failed = ContextLoaded(memories: [], patterns: [], took: 7, outcome: .failed)
        for loaded in [stranger, failed] {
            let script = Self.told(at: 10, loaded, "")
            #expect(script.thinkRequests.count == 1 && script.thinkRequests[0].context == nil)
            #expect(Self.contexts(script) == [loaded])
        }
    }

    @Test func `the first words that mean something are compared once, and what they bring to mind is the next turn's`()
    {
        var script = Script { $0.loadsContext = true }
        script.at(
            20,
            .contextLoaded(ContextLoaded(memories: [], patterns: [], took: 20, outcome: .loaded), Private("likes tea")))
        func says(_ text: String, at time: Int64) {
            script.run(to: time)
            script.speech.append(time + 500..<time + 1_500)
            script.final(time + 1_650, text)
            script.run(to: time + 2_100)
        }
        func isAnswered(_ text: String) {
            script.reply(script.clock + 100, text)
            script.voice(script.clock + 100, each: 500)
        }
        var asked: [String] { script.lines.filter { $0.contains(" recall ") } }
        says("Hello there.", at: 500)
        isAnswered("Hello.")
        #expect(asked.isEmpty && script.thinkRequests.count == 1, "a greeting brings nothing to mind")
        says("It is about the broken lamp.", at: 5_000)
        #expect(asked.count == 1 && asked.allSatisfy { $0.hasSuffix("recall “It is about the broken lamp.”") })
        // Nobody waits for it.
        #expect(script.thinkRequests.map(\.context) == [Private("likes tea"), Private("likes tea")])
        let more = ContextLoaded(memories: [], patterns: [], took: 90, outcome: .loaded, source: .firstWords)
        script.put(.contextLoaded(more, Private("likes tea, got a broken lamp")))
        isAnswered("I see.")
        says("And about the garden chairs.", at: 10_000)
        #expect(asked.count == 1 && script.thinkRequests.count == 3)
        #expect(script.thinkRequests.last?.context == Private("likes tea, got a broken lamp"))
        #expect(Self.contexts(script).map(\.source) == [nil, .firstWords])
    }

    @Test func `where nothing is asked of the customer, no words are compared`() {
        var script = Script()
        script.speech = [1_000..<2_000]
        script.final(2_150, "It is about the broken lamp.")
        script.run(to: 2_400)
        #expect(!script.thinkRequests.isEmpty && !script.lines.contains { $0.contains("recall") })
    }

    private static func told(at time: Int64, _ loaded: ContextLoaded, _ text: String) -> Script {
        var script = Script { $0.loadsContext = true }
        script.at(time, .contextLoaded(loaded, Private(text)))
        script.speech = [1_000..<2_000]
        script.final(2_150, "Hello there.")
        script.run(to: 2_400)
        return script
    }

    private static func contexts(_ script: Script) -> [ContextLoaded] {
        script.facts.compactMap { if case .contextLoaded(let loaded) = $0 { loaded } else { nil } }
    }

    @Test func `a carrier that returns no marks is believed by the clock`() {
        var script = Script { $0.lines.greeting = "Hello and welcome." }
        script.returnsMarks = false
        script.voice(100, each: 6_000)
        script.run(to: 12_000)
        #expect(script.spoken.count == 1)
        let sent = script.effects.compactMap {
            if case .send(_, let from, let length, _) = $0.effect { from + length } else { nil }
        }
        #expect(sent.max() == 6_000)
    }

    // MARK: - Limits

    @Test func `a reply that never ends is cut short`() {
        var script = Self.asked()
        let reply = script.lastReply
        for _ in 0..<500 { script.put(.token(reply, "many words without any end or stop ")) }
        #expect(script.lines.contains("2400 cancelReply R1"))
        #expect(script.lines.contains("2400 reply.finished R1 length"))
        #expect(script.speakRequests.map(\.text.revealed.count).reduce(0, +) <= Limit.replyLength)
    }

    @Test func `so many sentences wait, and no more`() {
        var script = Self.asked()
        let reply = script.lastReply
        for _ in 0..<100 { script.put(.token(reply, "Yes. ")) }
        #expect(script.speakRequests.count == Limit.sentencesWaiting)
        #expect(script.lines.contains("2400 reply.finished R1 length"))
    }

    @Test func `a voice that never ends is cut short`() {
        var script = Self.asked()
        script.reply(2_500, "Good day.")
        let utterance = script.speakRequests[0].utterance
        for _ in 0..<20 { script.put(.voiced(utterance, sentence: 0, 10_000)) }
        script.run(to: 190_000)
        #expect(script.spoken.map(\.heardFor) == [Limit.utteranceSound])
    }

    @Test func `a caller who never ends is answered`() {
        var script = Script()
        script.speech = [1_000..<90_000]
        script.partial(2_000, "and then")
        script.run(to: 62_000)
        #expect(script.lines.contains("61200 turn.ended T1 length_max_reached"))
        var wordy = Script()
        wordy.speech = [1_000..<90_000]
        wordy.final(2_000, String(repeating: "and then ", count: Limit.turnLength / 9 + 1))
        #expect(wordy.lines.contains("2000 turn.ended T1 length_max_reached"))
    }

    @Test func `so many utterances wait, and no more`() {
        var script = Script()
        for place in 0..<10 { script.put(.control(.say(Private("Line \(place)."), isInterruptible: true))) }
        #expect(script.speakRequests.count == 1 + Limit.utterancesWaiting)
    }

    @Test func `the model is told the last of it, and an entry of keys has an end`() {
        var script = Script()
        for place in 0...Limit.messages { script.put(.control(.inject(Private("note \(place)"), replies: false))) }
        #expect(script.call.messages.count <= Limit.messages)
        #expect(script.call.messages.last?.words == "note: note \(Limit.messages)")
        script.put(.keyed(Private(String(repeating: "7", count: Limit.keys + 5)), mediaAt: nil))
        #expect(script.call.messages.last?.words == "pressed: " + String(repeating: "7", count: Limit.keys))
    }

    @Test func `a third apology in a row is the last`() {
        var script = Self.asked()
        for _ in 0..<20 where script.ended == nil {
            script.put(.failed(.model(script.lastReply), .overloaded, status: 529))
            script.voice(script.clock + 100, each: 500)
            script.run(to: script.clock + 1_500)
            let start = script.clock
            script.speech.append((start + 100)..<(start + 900))
            script.final(start + 1_050, "Hello there.")
            script.run(to: start + 1_300)
        }
        #expect(script.ended?.reason == .modelFailed)
        #expect(script.speakRequests.count { $0.text.revealed == Lines().apology } == Limit.apologies - 1)
    }
}
