import Crypto
import Domain
import Testing
import Wire

@testable import Store

struct JournalEntryTests {
    private static func samples() -> [StreamAppend] {
        var full = event(.v7(), #"{"words":"\u00e9"}"#)
        full.keyID = -7
        full.meta = Array(#"{"request_id":"r"}"#.utf8)
        full.occurredAt = .infinity
        return [
            append(to: .v7(), at: .version(1), [event()]), append(to: .v7(), at: .next, [full, event()]),
            StreamAppend(to: .v7(), kind: .apiKey, of: .v7(), at: .version(.max - 3), [full]),
        ]
    }

    @Test func `what is written down is found again`() throws {
        for sample in Self.samples() {
            let found = try #require(JournalEntry.append(JournalEntry.bytes(of: sample)))
            #expect(found.stream == sample.stream && found.kind == sample.kind && found.start == sample.start)
            #expect(found.organization == sample.organization && found.events == sample.events)
        }
    }

    @Test func `what is cut, goes on, or has another form is no entry`() {
        for sample in Self.samples() {
            let bytes = JournalEntry.bytes(of: sample)
            for end in bytes.indices { #expect(JournalEntry.append(Array(bytes[..<end])) == nil) }
            #expect(JournalEntry.append(bytes + [0]) == nil)
            #expect(JournalEntry.append([JournalEntry.form + 1] + bytes.dropFirst()) == nil)
        }
    }
}
