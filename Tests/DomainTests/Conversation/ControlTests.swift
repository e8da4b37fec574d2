import Domain
import Testing

/// What somebody in charge orders.
struct ControlTests {
    private static func speaking() -> Script {
        var script = Script { $0.lines.greeting = "Hello and welcome to the house." }
        script.voice(100, each: 4_000)
        script.run(to: 1_100)
        return script
    }

    @Test(arguments: [Control.interrupt, .cancel, .mute])
    func `we fall silent at once`(control: Control) {
        var script = Self.speaking()
        script.put(.control(control))
        #expect(
            script.story(from: 1_100) == [
                "1100 clear", "1100 agent.spoke U1 “Hello” 1000 interrupted", "1100 speaking → idle (cancelled)",
            ])
    }

    @Test func `an emergency stop ends the call in the same breath`() {
        var script = Self.speaking()
        script.put(.control(.emergencyStop))
        #expect(
            script.story(from: 1_100) == [
                "1100 clear", "1100 agent.spoke U1 “Hello” 1000 interrupted", "1100 stopRecognizer 1",
                "1100 media.stopped", "1100 call.ended stopped", "1100 hangUp stopped", "1100 speaking → idle (hangup)",
            ])
        script.run(to: 60_000)
        #expect(script.lines.last == "1100 speaking → idle (hangup)")
    }

    @Test func `muted, we listen and say nothing`() {
        var script = Script()
        script.put(.control(.mute))
        script.put(.control(.say(Private("Hello."), isInterruptible: true)))
        script.speech = [1_000..<2_000]
        script.final(2_150, "Anybody there?")
        script.run(to: 3_000)
        #expect(script.thinkRequests.isEmpty && script.speakRequests.isEmpty)
        #expect(script.call.messages.map(\.words) == ["caller: Anybody there?"])
        script.put(.control(.unmute))
        script.put(.control(.inject(Private("Answer them."), replies: true)))
        #expect(script.thinkRequests.last?.messages.map(\.words) == ["caller: Anybody there?", "note: Answer them."])
    }

    @Test func `a line that must be said is said to its end`() {
        var script = Script()
        script.put(.control(.say(Private("This call is recorded."), isInterruptible: false)))
        script.voice(100, each: 2_000)
        script.speech = [400..<1_600]
        script.final(1_750, "wait wait wait")
        script.run(to: 2_500)
        #expect(script.spoken.map(\.heard.revealed) == ["This call is recorded."])
        #expect(script.spoken.map(\.isInterrupted) == [false])
        #expect(script.call.messages.map(\.words).contains("caller: wait wait wait"))
        #expect(script.thinkRequests.count == 1)
    }

    @Test func `a timer that is late, early or twice changes nothing`() {
        var script = Self.speaking()
        let before = script.lines
        for _ in 0..<10 { script.put(.due) }
        #expect(script.lines == before)
    }

    @Test func `what belongs to nobody changes nothing`() {
        var script = Self.speaking()
        let before = script.lines
        for input: Input in [
            .token(ReplyID(value: 5), "Hello."), .replied(ReplyID(value: 5), ReplyOutcome(finish: .stop)),
            .voiced(UtteranceID(value: 5), sentence: 0, 500), .voiceEnded(UtteranceID(value: 5), sentence: 3),
            .toolReturned(ToolCallID(value: 5), Private(.null)), .transferBridged(TransferID(value: 5)),
            .failed(.model(ReplyID(value: 5)), .timedOut, status: nil), .marked(MarkNumber(0)),
            .failed(.recognizer(RecognizerNumber(99)), .timedOut, status: nil),
            .final(Transcript(recognizer: RecognizerNumber(99), text: Private("late"))),
        ] {
            script.put(input)
        }
        #expect(script.lines == before)
    }
}
