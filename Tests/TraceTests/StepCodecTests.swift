import ConversationLaws
import Crypto
import Domain
import TestKit
import Testing

@testable import Store

/// What happens to a conversation goes into bytes and comes out the same.
struct StepCodecTests {
    private static let start = Instant(microseconds: 1_800_000_000_123_456)

    private func read(_ bytes: [UInt8]) throws -> [TraceStep] {
        var reader = StepReader(from: Self.start)
        var steps: [TraceStep] = []
        try reader.read(bytes[...]) { steps.append($0) }
        return steps
    }

    @Test func `every input comes back as it was, at its time`() throws {
        var writer = StepWriter(from: Self.start)
        var expected: [TraceStep] = []
        var now = Self.start
        // Twice, so that what stands once is found again; and backwards in time, which clocks should not do.
        for (place, input) in (InputSamples.all + InputSamples.all).enumerated() {
            now = Instant(microseconds: now.microseconds + [20_000, 0, 1, -7_001, 3_600_000_000][place % 5])
            writer.add(input, at: now, [])
            expected.append(TraceStep(at: now, input: input, effects: [], digest: nil))
        }
        let codes = Set(InputSamples.all.map(\.traceCode)).union([.frame])
        #expect(codes == Set(Input.TraceCode.allCases), "an input that no sample has")
        let read = try read(writer.take())
        #expect(read.count == expected.count)
        for (read, expected) in zip(read, expected) { #expect(read == expected) }
    }

    @Test func `settings come back as they were, whatever was changed in them`() throws {
        var settings = RandomCall.settings(of: 3)
        settings.tools.append(ToolDefinition(name: "slow", mode: .background, timeout: 9_000, filler: "Let me see."))
        settings.lines = Lines()
        settings.lines.greeting = "Hola"
        settings.lines.apology = "a"
        settings.lines.farewellApology = "b"
        settings.lines.fillers = []
        settings.lines.presencePrompts = ["c", "d", "e"]
        settings.lines.presenceFarewell = "f"
        settings.lines.durationFarewell = "g"
        settings.lines.transferFailed = "h"
        settings.lines.notUnderstood = "i"
        settings.lines.voicemail = String(repeating: "long ", count: 40)
        settings.hearing.speechThreshold = Fraction(percent: 61)
        settings.hearing.silenceThreshold = Fraction(percent: 17)
        settings.hearing.startConfirmation = 201
        settings.hearing.stopConfirmation = 101
        settings.hearing.unheardSpeech = 801
        settings.hearing.transcriptWait = 2_001
        settings.endpointing.silence = 501
        settings.endpointing.silenceMin = 301
        settings.endpointing.silenceMax = 2_501
        settings.endpointing.likelyEnd = Fraction(percent: 81)
        settings.endpointing.finalWait = 0
        settings.endpointing.turnMax = 1
        settings.endpointing.speculates = false
        settings.endpointing.speculateAfter = 2
        settings.endpointing.keyWait = 3
        settings.endpointing.keyEnd = "*"
        settings.interruption.speaking = InterruptionSettings.Threshold(speech: 4, words: 5)
        settings.interruption.thinking = InterruptionSettings.Threshold(speech: 6, words: 7)
        settings.interruption.wordsWait = 8
        settings.interruption.echoGuard = 9
        settings.playout.lead = 10
        settings.playout.piece = 11
        settings.playout.frame = 12
        settings.playout.hasMarks = false
        settings.playout.markWait = 13
        settings.voice.rate = 14
        settings.voice.hurryFrom = 15
        settings.voice.hurriedRate = 16
        settings.liveness.context = 17
        settings.liveness.firstToken = 18
        settings.liveness.betweenTokens = 19
        settings.liveness.voice = 20
        settings.liveness.filler = 21
        settings.liveness.nextFiller = 22
        settings.liveness.frames = 23
        settings.liveness.media = 24
        settings.liveness.inactivity = 25
        settings.liveness.duration = 26
        settings.liveness.transfer = 27
        settings.liveness.farewell = 28
        settings.liveness.clip = 29
        settings.loadsContext.toggle()
        settings.scoresSentiment.toggle()
        let opening = TraceOpening(settings, seed: .max, at: Self.start)
        #expect(try TraceOpening(opening.bytes[...]) == opening)
        let usual = TraceOpening(RandomCall.settings(of: 4), seed: 0, at: Instant(microseconds: .min))
        #expect(try TraceOpening(usual.bytes[...]) == usual)
    }

    /// One that is added must be written, too: then this number is another.
    @Test func `no field was added that a trace would not have`() {
        func count(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
        let settings = RandomCall.settings(of: 1)
        #expect(count(settings) == 15)
        #expect(count(settings.lines) == 10)
        #expect(count(settings.hearing) == 6)
        #expect(count(settings.endpointing) == 10)
        #expect(count(settings.interruption) == 4 && count(settings.interruption.speaking) == 2)
        #expect(count(settings.playout) == 5)
        #expect(count(settings.voice) == 3)
        #expect(count(settings.liveness) == 13)
        #expect(count(settings.models[0]) == 2 && count(settings.voices[0]) == 2)
        #expect(count(settings.tools[0]) == 4)
        #expect(count(InputSamples.frame) == 4)
        #expect(count(InputSamples.transcript) == 7)
        #expect(count(InputSamples.context) == 7)
        #expect(count(InputSamples.context.memories[0]) == 3 && count(InputSamples.context.patterns[0]) == 2)
        #expect(count(ReplyOutcome(finish: .stop)) == 4)
        #expect(count(HangUp(cause: .normal, source: .us)) == 5)
        #expect(count(ToolRequest(key: "", name: "", arguments: Private(.null))) == 3)
        #expect(count(WordTime(text: Private(""), endsAt: 0)) == 2)
    }

    @Test func `a live frame is four bytes, and told to the conversation exactly as it is written`() throws {
        var writer = StepWriter(from: Self.start)
        var place: Milliseconds = 0
        for count in 0..<1_000 {
            let frame = CallerFrame(
                mediaAt: place, probability: try #require(Fraction(Double(count % 977) / 977)),
                energy: Fraction(Double(count % 61) / 480)
            ).coarse
            #expect(frame.coarse == frame)
            writer.add(.heard(frame), at: Self.start.after(place), [])
            place += frame.length
        }
        #expect(writer.size == 4_000)
        #expect(try read(writer.take()).count == 1_000)
    }

    @Test func `thresholds of whole percents are what they were after frames became coarse`() {
        for percent in 0...100 {
            let threshold = Fraction(percent: percent)
            #expect(threshold.rounded(toSteps: CallerFrame.probabilitySteps) == threshold)
        }
    }

    @Test func `a text or an id that has no number any more is written in full`() throws {
        var writer = StepWriter(from: Self.start)
        let count = TraceWriter.sharedMax + 10
        for number in 0..<count {
            writer.add(.token(ReplyID(value: UInt128(number)), "word \(number)"), at: Self.start, [])
        }
        // Those from before the limit still have theirs.
        writer.add(.token(ReplyID(value: 0), "word 0"), at: Self.start, [])
        let steps = try read(writer.take())
        #expect(steps.count == count + 1)
        #expect(steps[count - 1].input == .token(ReplyID(value: UInt128(count - 1)), "word \(count - 1)"))
        #expect(steps[count].input == .token(ReplyID(value: 0), "word 0"))
    }

    @Test func `bytes that were changed are a fault or other steps, and never more`() throws {
        var writer = StepWriter(from: Self.start)
        for input in InputSamples.all { writer.add(input, at: Self.start, [.clear, .wake(at: nil)]) }
        let whole = writer.take()
        var chance = Seeded(7)
        var faults = 0
        for _ in 0..<4_000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<3, using: &chance) {
                bytes[Int.random(in: bytes.indices, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            if chance.chance(30) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &chance)) }
            do { _ = try read(bytes) } catch is TraceFault { faults += 1 }
        }
        #expect(faults > 2_000)
    }
}
