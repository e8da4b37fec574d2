import ConversationLaws
import Crypto
import Domain
import Foundation
import Loop
import TestKit
import Testing

@testable import Journal
@testable import Store

/// Traces as files: what a process leaves behind of its calls.
@Suite(.timeLimit(.minutes(2))) struct TraceShelfTests {
    private static let organization = OrganizationID(value: 0xA1)

    private func write(_ traced: TracedCall, to shelf: TraceShelf, isOver: Bool = true) throws {
        let tracer = try #require(shelf.begin(traced.opening, of: Self.organization))
        for ((instant, input), effects) in zip(traced.call.inputs, traced.call.made) {
            tracer.took(input, at: instant, effects)
        }
        if isOver { tracer.over() }
    }

    private func path(_ folder: TemporaryFolder, _ traced: TracedCall, _ more: String = "") -> String {
        folder.path("traces/\(traced.opening.call)\(more).trace")
    }

    @Test func `a call's trace is a file that its owner alone may read, and is the call again`() async throws {
        try await TemporaryFolder.with { folder in
            let (shelf, traced) = (try TraceShelf(folder.path("traces"), nil), TracedCall(seed: 21))
            try write(traced, to: shelf)
            // The same call again, in the same folder.
            try write(traced, to: shelf, isOver: false)
            try await shelf.close()
            let file = try #require(try RecordFile.read(path(folder, traced)))
            let trace = try file.reading()
            #expect(trace.end == .whole && !trace.isSealed && trace.organization == Self.organization)
            #expect(trace.steps.count == traced.call.inputs.count)
            let second = try #require(try RecordFile.read(path(folder, traced, ".2"))).reading()
            #expect(second.end == .cut && second.steps.count <= trace.steps.count)
            for (name, mode) in [("traces", 0o700), ("traces/\(traced.opening.call).trace", 0o600)] {
                let facts = try FileManager.default.attributesOfItem(atPath: folder.path(name))
                #expect(facts[.posixPermissions] as? Int == mode)
            }
            #expect(shelf.statistics.filesBegun == 2 && shelf.statistics.filesCut == 0)
            #expect(shelf.statistics.bytesWaiting == 0)
        }
    }

    @Test func `a sealed trace has no word of the call, and opens with the house's key alone`() async throws {
        let sealing = try Sealing(houseKey: Secret.random(count: 32))
        try await TemporaryFolder.with { folder in
            let shelf = try TraceShelf(folder.path("traces"), sealing)
            let traced = TracedCall(seed: 22)
            try write(traced, to: shelf)
            try await shelf.close()
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path(folder, traced))))
            let said = traced.call.made.flatMap { $0 }.compactMap { effect -> String? in
                if case .speak(let request) = effect { request.text.revealed } else { nil }
            }
            #expect(said.count >= 3)
            for text in said { #expect(Data(bytes).range(of: Data(text.utf8)) == nil) }
            let file = try #require(RecordFile(bytes))
            let trace = try file.reading(sealing)
            #expect(trace.end == .whole && trace.isSealed)
            #expect(throws: TraceFault.sealed) { try file.reading() }
            let other = try Sealing(houseKey: Secret.random(count: 32))
            #expect(throws: TraceFault.doesNotOpen) { try file.reading(other) }
            // A record of another place does not open, though its checksum is right.
            var records = file.records
            records.swapAt(2, 3)
            let moved = records.enumerated().reduce(RecordFormat.mark) {
                $0 + RecordFormat.bytes($1.element, number: UInt32($1.offset))
            }
            let torn = try #require(RecordFile(moved)).reading(sealing)
            #expect(torn.end == .damaged(.doesNotOpen) && torn.steps.isEmpty)
        }
    }

    @Test func `a second of a lively call takes less than two kilobytes`() async throws {
        let traced = LivelyCall.traced(seconds: 120)
        let second = traced.bytes / 120
        #expect(second < 2_048, "\(second) bytes a second")
        #expect(traced.steps > 120 * 52)
    }
}
