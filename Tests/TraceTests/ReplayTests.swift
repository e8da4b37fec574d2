import ConversationLaws
import Crypto
import Domain
import TestKit
import Testing

@testable import Journal
@testable import Store

/// A call that was traced can be run again, and is the same call.
struct ReplayTests {
    /// A thousand calls in shares that run beside each other.
    private static let shares: [Range<UInt64>] = stride(from: 1, to: 1_001, by: 250).map { $0..<$0 + 250 }

    private static func replay(_ trace: TraceReading) -> (steps: [ReplayedStep], end: Bool?) {
        var replay = TraceReplay(trace)
        var steps: [ReplayedStep] = []
        while let step = replay.next() { steps.append(step) }
        return (steps, replay.hasSameEnd)
    }

    @Test(arguments: shares)
    func `a thousand recorded calls give the same effects, byte for byte, on every run`(seeds: Range<UInt64>) throws {
        var steps = 0
        for seed in seeds {
            let traced = TracedCall(seed: seed)
            let trace = try traced.reading()
            #expect(trace.end == .whole && trace.opening == traced.opening)
            var replay = TraceReplay(trace)
            while let step = replay.next() {
                let isSame = step.isSame && step.effects == traced.call.made[step.number - 1]
                if !isSame { Issue.record("seed \(seed), step \(step.number)") }
            }
            #expect(replay.hasSameEnd == true)
            // Once more, without anybody who looks.
            var call = trace.opening.conversation()
            var digest = EffectsDigest()
            var effects: [Effect] = []
            for step in trace.steps {
                effects.removeAll(keepingCapacity: true)
                call.handle(step.input, at: step.at, into: &effects)
                if !effects.isEmpty { digest.add(effects) }
            }
            #expect(digest.value == trace.effectsDigest && call == replay.conversation)
            #expect(trace.steps.count == traced.call.inputs.count)
            steps += trace.steps.count
        }
        #expect(steps > 50_000)
    }

    @Test func `another setting is named at the first step that comes out differently`() throws {
        var differing = 0
        for seed in UInt64(1)...40 {
            let traced = TracedCall(seed: seed)
            var settings = traced.opening.settings
            settings.endpointing.silence = 900
            // What the changed machine would have done with the same inputs.
            var changed = Conversation(settings, seed: seed, at: traced.opening.startedAt)
            var first: Int?
            for (place, (instant, input)) in traced.call.inputs.enumerated() {
                var effects: [Effect] = []
                changed.handle(input, at: instant, into: &effects)
                if effects != traced.call.made[place], first == nil { first = place + 1 }
            }
            var records = traced.records
            records[1] =
                [TracePiece.opening.rawValue]
                + TraceOpening(
                    settings, seed: seed, at: traced.opening.startedAt
                ).bytes
            let file = records.enumerated().reduce(RecordFormat.mark) {
                $0 + RecordFormat.bytes($1.element, number: UInt32($1.offset))
            }
            let (steps, end) = Self.replay(try #require(RecordFile(file)).reading())
            #expect(steps.first { !$0.isSame }?.number == first)
            #expect(end == (first == nil))
            if first != nil { differing += 1 }
        }
        #expect(differing > 20)
    }

    @Test func `a trace that a kill has cut is run up to its end, and says so`() throws {
        let traced = TracedCall(seed: 5)
        let whole = traced.file
        var chance = Seeded(11)
        for _ in 0..<60 {
            let bytes = Array(whole.prefix(Int.random(in: 0..<whole.count, using: &chance)))
            guard let file = RecordFile(bytes) else {
                #expect(bytes.count < RecordFormat.mark.count)
                continue
            }
            guard file.records.count > 1 else {
                #expect(throws: file.records.isEmpty ? TraceFault.noTrace : .breaksOff) { try file.reading() }
                continue
            }
            let trace = try file.reading()
            #expect(trace.end == .cut && trace.effectsDigest == nil)
            let (steps, end) = Self.replay(trace)
            #expect(steps.count == trace.steps.count && end == nil)
            #expect(!steps.contains { !$0.isSame })
        }
    }

    @Test func `a damaged record ends the trace before it, and says so`() throws {
        let traced = TracedCall(seed: 6)
        let whole = traced.file
        var chance = Seeded(12)
        for _ in 0..<60 {
            var bytes = whole
            let place = Int.random(in: 400..<whole.count - 20, using: &chance)
            bytes[place] ^= 0x41
            let file = try #require(RecordFile(bytes))
            #expect(file.badBytes > 0 && file.records.count < traced.records.count)
            guard file.records.count > 1 else { continue }
            let trace = try file.reading()
            #expect(trace.end == (file.isTorn ? .cut : .damaged(.breaksOff)))
            #expect(!Self.replay(trace).steps.contains { !$0.isSame })
        }
    }

    @Test func `records that changed places, or stand twice, are none`() {
        let traced = TracedCall(seed: 7)
        var bytes = RecordFormat.mark
        for (place, record) in traced.records.enumerated() {
            bytes += RecordFormat.bytes(record, number: place == 2 ? 3 : UInt32(place))
        }
        #expect(RecordFile(bytes)?.records.count == 2)
    }

    @Test func `what is no trace, or one of another release, is refused with what to do`() throws {
        #expect(RecordFile(Array("{\"no\": \"trace\"}".utf8)) == nil)
        #expect(RecordFile([]) == nil)
        var foreign = TracedCall(seed: 8).records
        foreign[0][0] = 9
        let file = RecordFormat.mark + RecordFormat.bytes(foreign[0], number: 0)
        let refusal = #expect(throws: TraceFault.self) { try #require(RecordFile(file)).reading() }
        #expect(refusal == .foreign(form: 9, known: 1))
        #expect(try #require(refusal).description.contains("run the release that wrote it"))
    }
}
