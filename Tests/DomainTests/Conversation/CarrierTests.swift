import Domain
import Testing

/// The carrier's side: answers, machines, lost sound, transfers, ends.
struct CarrierTests {
    @Test func `whom we call is greeted when somebody is there`() {
        var script = Script {
            $0.call = CallID(value: 2)
            $0.direction = .outbound
            $0.lines.greeting = "Hello, it is us."
        }
        #expect(script.speakRequests.isEmpty)
        script.at(500, .answered(.human))
        #expect(script.story(from: 500) == ["500 speak U1.0 “Hello, it is us.”", "500 idle → thinking (agent_prompt)"])
    }

    @Test func `a machine is not greeted to the end, and gets its message after the beep`() {
        var script = Script {
            $0.direction = .outbound
            $0.lines.greeting = "Hello, it is us. How are you today?"
            $0.lines.voicemail = "Please call us back."
        }
        script.put(.answered(nil))
        script.voice(200, each: 1_500)
        script.at(1_000, .machineDetected(.machine, took: 900))
        #expect(script.lines.contains("1000 clear"))
        #expect(script.spoken.map(\.isInterrupted) == [true])
        script.speech = [1_100..<3_000]
        script.run(to: 3_500)
        #expect(!script.lines.contains { $0.contains("caller.") })
        script.at(4_000, .machineDetected(.machineGreetingEnded, took: nil))
        script.voice(4_200, each: 1_000)
        script.run(to: 6_000)
        #expect(script.spoken.last?.heard.revealed == "Please call us back.")
        #expect(script.ended?.reason == .voicemailReached)
        #expect(
            script.lines.last == "5200 speaking → idle (playback_done)"
                || script.lines.contains("5200 hangUp voicemail_reached"))
    }

    @Test(arguments: [
        (Verdict.machine, EndedReason.voicemailReached), (.machineGreetingEnded, .voicemailReached),
        (.fax, .faxReached),
    ])
    func `without a message we hang up on machines`(verdict: Verdict, reason: EndedReason) {
        var script = Script()
        script.at(800, .machineDetected(verdict, took: 700))
        #expect(script.lines.suffix(2) == ["800 call.ended \(reason.rawValue)", "800 hangUp \(reason.rawValue)"])
    }

    @Test func `lost sound may come back, and we go on where the caller stopped hearing us`() {
        var script = Script { $0.lines.greeting = "Hello and welcome to the house of tables." }
        script.voice(100, each: 3_000)
        script.at(1_100, .mediaLost(.connectionLost))
        script.hasFrames = false
        script.run(to: 4_000)
        #expect(script.call.state == .thinking)
        script.at(5_000, .mediaStarted(media: "m2", codec: .pcmu, sampleRate: 8_000))
        script.hasFrames = true
        script.run(to: 8_000)
        #expect(script.story(from: 1_100, without: ["release"]).contains("5000 send U1 1000+100 mark 15"))
        #expect(script.spoken.map(\.heard.revealed) == ["Hello and welcome to the house of tables."])
        #expect(script.lines.contains("5000 startRecognizer 2 ears"))
    }

    @Test func `sound that does not come back ends the call`() {
        var script = Script()
        script.run(to: 1_000)
        script.hasFrames = false
        script.run(to: 30_000)
        #expect(script.lines.contains("6000 media.lost silent"))
        #expect(script.lines.contains("16000 call.ended media_lost"))
        #expect(script.ended?.faultOwner == .carrier)
    }

    @Test func `a transfer is watched until the human leg's end`() {
        var script = Script()
        script.at(1_000, .control(.transfer(target: Private("desk"), .blind)))
        let transfer = script.transfers[0]
        script.speech = [2_000..<3_000]
        script.at(4_000, .transferBridged(transfer))
        script.at(90_000, .transferEnded(transfer, .completed))
        #expect(
            script.story(from: 500) == [
                "1000 transfer.started X1", "1000 transfer X1 desk blind", "4000 transfer.bridged X1",
                "90000 transfer.ended X1 completed", "90000 stopRecognizer 1", "90000 media.stopped",
                "90000 call.ended transferred", "90000 hangUp transferred",
            ])
    }

    @Test func `a transfer whose leg outlives ours is recorded all the same`() {
        var script = Script()
        script.at(1_000, .control(.transfer(target: Private("desk"), .blind)))
        script.at(2_000, .transferBridged(script.transfers[0]))
        script.at(3_000, .hungUp(HangUp(cause: .normal, source: .unknown)))
        script.at(70_000, .transferEnded(script.transfers[0], .targetHungUp))
        #expect(script.ended?.reason == .transferred)
        #expect(script.lines.last == "70000 transfer.ended X1 target_hung_up")
    }

    @Test func `nobody answers a transfer, and the caller is ours again`() {
        var script = Script()
        script.at(1_000, .control(.transfer(target: Private("desk"), .attended)))
        script.run(to: 31_500)
        #expect(
            script.story(from: 2_000) == [
                "31000 cancelTransfer X1", "31000 transfer.ended X1 no_answer",
                "31000 speak U1.0 “I am sorry, nobody is available there right now.”",
                "31000 idle → thinking (transferred)",
            ])
    }

    @Test func `what is in flight is brought to its end when the caller hangs up`() {
        var script = Script { $0.endpointing.speculates = false }
        script.speech = [1_000..<2_000]
        script.final(2_150, "Please look.")
        script.run(to: 2_600)
        script.put(.token(script.lastReply, "Let me look for you. It "))
        script.voice(2_700, each: 2_000)
        script.at(3_700, .hungUp(HangUp(cause: .normal, source: .caller, sipCode: 200)))
        #expect(
            script.story(from: 3_000, without: ["send"]) == [
                "3700 cancelReply R1", "3700 reply.finished R1 cancelled", "3700 clear",
                "3700 agent.spoke U1 “Let me” 1000 interrupted", "3700 release U1", "3700 stopRecognizer 1",
                "3700 media.stopped", "3700 call.ended caller_hung_up", "3700 speaking → idle (hangup)",
            ])
        script.at(4_000, .token(script.lastReply, "Too late. "))
        #expect(script.lines.last == "3700 speaking → idle (hangup)")
    }
}
