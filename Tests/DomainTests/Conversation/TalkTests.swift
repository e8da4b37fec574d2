import Domain
import Testing

/// Conversations as they go, second by second.
struct TalkTests {
    /// The caller asks, the model answers with two sentences.
    private static func asked(_ change: (inout ConversationSettings) -> Void = { _ in }) -> Script {
        var script = Script(change)
        script.speech = [1_000..<2_000]
        script.partial(1_500, "what is")
        script.final(2_200, "What is my balance?")
        script.run(to: 2_400)
        script.reply(2_700, "You have ten dollars. Anything else?")
        script.voice(2_900, each: 1_000)
        return script
    }

    @Test func `a turn, from the first sound to the last word heard`() {
        var script = Self.asked()
        script.run(to: 6_000)
        #expect(
            script.story() == [
                "0 media.started", "0 startRecognizer 1 ears",
                "1200 caller.started_speaking", "1200 idle → listening (user_started)",
                "2100 caller.stopped_speaking", "2100 finalizeTranscript",
                "2200 caller.said T1 “What is my balance?”", "2200 think R1 first early",
                "2300 turn.ended T1 predicted after 300", "2300 reply.requested R1",
                "2300 listening → thinking (turn_end)",
                "2700 reply.first_token R1 after 500", "2700 speak U1.0 “You have ten dollars.”",
                "2700 speak U1.1 “Anything else?”", "2700 reply.finished R1 stop",
                "2900 agent.started_speaking U1 perceived 900", "2900 thinking → speaking (response_ready)",
                "4900 agent.spoke U1 “You have ten dollars. Anything else?” 2000",
                "4900 speaking → idle (playback_done)",
            ])
        #expect(
            script.call.messages.map(\.words) == [
                "caller: What is my balance?", "agent: You have ten dollars. Anything else?",
            ])
    }

    @Test func `every stage of what the caller waited for is in the facts`() throws {
        let script = Self.asked { $0.endpointing.speculates = false }
        let facts = script.facts
        let said = try #require(facts.compactMap { if case .callerSaid(let event) = $0 { event } else { nil } }.first)
        let ended = try #require(facts.compactMap { if case .turnEnded(let event) = $0 { event } else { nil } }.first)
        let token = try #require(
            facts.compactMap { if case .replyFirstToken(let event) = $0 { event } else { nil } }.first)
        let sound = try #require(
            facts.compactMap { if case .agentStartedSpeaking(let event) = $0 { event } else { nil } }.first)
        #expect(said.finalAfter == 200)
        #expect(ended.endpointing == 300)
        #expect(token.took == 400)
        #expect(sound.firstSentence == 0)
        #expect(sound.voiceFirstByte == 200)
        #expect(sound.firstAudioSent == 0)
        // From the end of speech on the media clock, and it adds up: nothing is waited for that has no name.
        #expect(sound.perceived == Milliseconds(300 + 400 + 0 + 200 + 0))
        #expect(Set([said.turn, ended.turn, token.turn, sound.turn]).count == 1)
        let inputs = try #require(ended.inputs)
        #expect(inputs.silenceThreshold == 300 && inputs.speech == 1_000 && inputs.wordCount == 4)
        #expect(inputs.completeness == .complete && inputs.expected == .anything && inputs.usualPause == nil)
    }

    @Test func `an interruption silences us at once, and only what was heard is said`() {
        var script = Self.asked()
        script.speech.append(3_900..<4_600)
        script.partial(4_150, "wait a moment")
        script.run(to: 4_200)
        #expect(
            script.story(from: 4_000) == [
                "4100 caller.started_speaking", "4150 clear", "4150 agent.interrupted U1 1250",
                "4150 agent.spoke U1 “You have ten dollars.” 1250 interrupted",
                "4150 speaking → listening (user_started)",
            ])
        #expect(script.call.messages.last?.words == "agent: You have ten dollars.")
        script.final(4_800, "Wait a moment.")
        script.run(to: 5_200)
        #expect(
            script.thinkRequests.last?.messages.map(\.words).suffix(2) == [
                "agent: You have ten dollars.", "caller: Wait a moment.",
            ])
    }

    @Test func `an acknowledgement does not stop us`() {
        var script = Self.asked()
        script.speech.append(3_400..<3_700)
        script.final(3_900, "uh-huh")
        script.run(to: 6_000)
        #expect(
            script.story(from: 3_000) == [
                "3600 caller.started_speaking", "3800 caller.stopped_speaking", "3800 finalizeTranscript",
                "3900 interruption.dismissed U1 backchannel",
                "4900 agent.spoke U1 “You have ten dollars. Anything else?” 2000",
                "4900 speaking → idle (playback_done)",
            ])
        #expect(!script.lines.contains { $0.hasSuffix(" clear") })
    }

    @Test func `noise pauses us, and we go on with the first sound that was not heard`() {
        var script = Self.asked()
        script.speech.append(3_400..<4_000)
        script.run(to: 9_000)
        let story = script.story(from: 3_500, without: ["release"])
        #expect(story.contains("3900 clear"))
        #expect(story.contains("3900 speaking → listening (user_started)"))
        #expect(story.contains("5600 interruption.dismissed U1 noise"))
        #expect(story.contains("5600 listening → speaking (resumed)"))
        #expect(story.contains { $0.hasPrefix("5600 send U1 1000+100") })
        #expect(script.spoken.map(\.heard.revealed) == ["You have ten dollars. Anything else?"])
        #expect(script.spoken.map(\.isInterrupted) == [false])
        #expect(script.spoken.map(\.heardFor) == [2_000])
    }

    @Test func `our own words that come back are echo`() {
        var script = Self.asked()
        script.speech.append(3_400..<3_800)
        script.final(3_950, "have ten dollars")
        script.run(to: 6_000)
        #expect(script.lines.contains("3950 interruption.dismissed U1 echo"))
        #expect(script.spoken.map(\.isInterrupted) == [false])
    }

    @Test func `a caller who goes on while we think is one with what they said before`() {
        var script = Script { $0.endpointing.speculates = false }
        script.speech = [1_000..<2_000, 2_500..<3_300]
        script.final(2_150, "I would like a table")
        script.run(to: 2_600)
        #expect(script.story(from: 2_400).contains("2500 think R1 first"))
        script.final(3_450, "for two tomorrow.")
        script.run(to: 4_000)
        let story = script.story(from: 2_550)
        #expect(story.contains("2800 cancelReply R1"))
        #expect(story.contains("2800 reply.finished R1 cancelled"))
        #expect(story.contains("2800 thinking → listening (user_started)"))
        #expect(
            script.thinkRequests.last?.messages.map(\.words) == [
                "caller: I would like a table", "caller: for two tomorrow.",
            ])
    }

    @Test func `an early reply leaves nothing if the caller goes on`() {
        var script = Script()
        script.speech = [1_000..<2_000, 2_260..<3_000]
        script.final(2_150, "My name is Ada.")
        script.run(to: 2_200)
        #expect(script.thinkRequests.map(\.isSpeculative) == [true])
        script.run(to: 2_500)
        #expect(script.story(from: 2_400).contains("2460 cancelReply R1"))
        #expect(script.call.messages.isEmpty)
        #expect(!script.facts.contains { if case .replyRequested = $0 { true } else { false } })
        script.final(3_150, "Ada Lovelace.")
        script.run(to: 3_600)
        #expect(script.thinkRequests.last?.messages.map(\.words) == ["caller: My name is Ada. Ada Lovelace."])
    }

    @Test func `an early reply that was right is said as soon as the turn is over`() {
        var script = Script()
        script.speech = [1_000..<2_000]
        script.final(2_120, "Is it open?")
        script.reply(2_200, "Yes.")
        #expect(script.speakRequests.isEmpty)
        script.run(to: 2_350)
        #expect(script.thinkRequests.count == 1)
        #expect(script.lines.contains("2300 reply.first_token R1 after 50"))
        #expect(script.lines.contains("2300 speak U1.0 “Yes.”"))
        #expect(script.lines.contains("2300 listening → thinking (turn_end)"))
    }

    @Test func `too much to say is said faster`() {
        var script = Script()
        script.speech = [1_000..<2_000]
        script.final(2_200, "Tell me everything.")
        script.reply(2_700, "One is here. Two is here. Three is here. Four is here. Five is here.")
        #expect(script.speakRequests.map(\.rate) == [100, 100, 100, 130, 130])
    }

    @Test func `a frustrated caller is spoken to in another tone`() {
        var script = Self.asked { $0.scoresSentiment = true }
        #expect(script.lines.contains("2300 scoreSentiment T1"))
        #expect(script.thinkRequests.map(\.tone) == [.plain])
        let turn = script.thinkRequests[0].turn!
        script.put(.sentimentScored(turn, Score(-0.8)!, .frustrated, model: "s", took: 90))
        script.run(to: 5_500)
        script.speech.append(6_000..<7_000)
        script.final(7_200, "That is wrong.")
        script.run(to: 7_400)
        #expect(script.thinkRequests.last?.tone == .calming)
    }

    @Test func `the recognizer's own opinion ends a turn sooner`() {
        var script = Script { $0.endpointing.speculates = false }
        script.speech = [1_000..<2_000]
        script.final(2_150, "a table for two")
        script.at(2_160, .endOfTurn(script.recognizer, Fraction(percent: 95)))
        script.run(to: 2_600)
        #expect(script.lines.contains("2300 turn.ended T1 predicted after 300"))
    }

    @Test func `a number is waited for`() {
        var script = Script { $0.endpointing.speculates = false }
        script.put(.control(.expect(.digits(4))))
        script.speech = [1_000..<2_000, 3_500..<4_200]
        script.final(2_150, "four two")
        script.run(to: 3_500)
        #expect(script.thinkRequests.isEmpty)
        script.final(4_350, "one nine")
        script.run(to: 4_600)
        #expect(script.lines.contains("4500 turn.ended T1 predicted after 300"))
        #expect(script.call.messages.map(\.words) == ["caller: four two one nine"])
    }

    @Test func `keys are an entry of their own, and interrupt`() {
        var script = Self.asked()
        script.at(3_500, .keyed(Private("4"), mediaAt: 3_500))
        script.at(3_700, .keyed(Private("2#"), mediaAt: 3_700))
        #expect(script.lines.contains("3500 clear"))
        #expect(script.lines.contains("3700 turn.ended T2 dtmf"))
        #expect(script.call.messages.last?.words == "pressed: 42")
        #expect(script.thinkRequests.count == 2)
    }
}

extension Message {
    /// To read.
    var words: String {
        switch self {
        case .caller(_, let text): "caller: \(text.revealed)"
        case .pressed(let keys): "pressed: \(keys.revealed)"
        case .agent(_, let text, _): "agent: \(text.revealed)"
        case .toolCalled(_, _, let name, _): "called: \(name)"
        case .toolReturned: "returned"
        case .toolFailed(_, _, let fault): "failed: \(fault.rawValue)"
        case .note(let text): "note: \(text.revealed)"
        }
    }
}
