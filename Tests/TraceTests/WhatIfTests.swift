import Domain
import TestKit
import Testing

@testable import Journal
@testable import Store

/// What a call would have been with other settings.
struct WhatIfTests {
    private let trace: TraceReading

    init() throws {
        trace = try #require(RecordFile(TracedCall.file(LivelyCall.traced(seconds: 40).records))).reading()
    }

    private func times(_ trial: WhatIf, _ type: EventType) -> [Int64] {
        trial.decisions.filter { $0.fact.type == type }.map(\.at.count)
    }

    @Test func `with its own settings a call takes the same decisions in the same order`() {
        var replay = TraceReplay(trace)
        var recorded: [EventType] = []
        while let step = replay.next() {
            #expect(step.isSame)
            for case .record(let event) in step.effects { recorded.append(event.type) }
        }
        let trial = WhatIf(trace, trace.opening.settings)
        #expect(trial.isUnknownFrom == nil)
        #expect(trial.decisions.map(\.fact.type).prefix(recorded.count).elementsEqual(recorded))
        #expect(recorded.count { $0 == .turnEnded } == 3 && recorded.count { $0 == .agentSpoke } >= 2)
        #expect(WhatIf(trace, trace.opening.settings).decisions == trial.decisions)
    }

    @Test func `a longer silence ends each turn later, and what was said before stays`() throws {
        var settings = trace.opening.settings
        settings.endpointing.silence = 1_400
        settings.endpointing.silenceMin = 1_400
        let (was, becomes) = (WhatIf(trace, trace.opening.settings), WhatIf(trace, settings))
        let (before, after) = (times(was, .turnEnded), times(becomes, .turnEnded))
        #expect(before.count == 3 && after.count >= 1)
        for (before, after) in zip(before, after) { #expect(after > before) }
        let first = try #require(zip(was.decisions, becomes.decisions).first { $0.at != $1.at })
        #expect(first.0.at.count <= before[0])
    }

    @Test func `where a model would have been asked about other words, nobody knows how it goes on`() {
        var settings = trace.opening.settings
        // Turns end in the middle of what was said.
        settings.endpointing.turnMax = 2_000
        let trial = WhatIf(trace, settings)
        #expect(trial.isUnknownFrom != nil)
        #expect(trial.decisions.contains { $0.fact.type == .turnEnded })
        #expect(!trial.decisions.contains { $0.fact.type == .callEnded })
    }
}
