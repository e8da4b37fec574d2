import Domain
import Foundation
import TestKit
import Testing

/// `docs/conversation.md` says what the code says.
struct MoveTableTests {
    private static let path = Services.repository + "/docs/conversation.md"

    private static var table: String {
        let states = ConversationState.allCases
        let rows = states.map { from in
            let cells = states.map { to in
                let causes = Cause.allCases.filter { Move.all.contains(Move(from, $0, to)) }.map { "`\($0.rawValue)`" }
                return causes.isEmpty ? "–" : causes.joined(separator: ", ")
            }
            return "| **\(from.rawValue)** | \(cells.joined(separator: " | ")) |"
        }
        let head = "| from \\ to | \(states.map(\.rawValue).joined(separator: " | ")) |\n|---|---|---|---|---|\n"
        return "<!-- transitions -->\n\(head)\(rows.joined(separator: "\n"))\n<!-- /transitions -->"
    }

    @Test func `the page lists every move between the four states`() throws {
        var page = try String(contentsOfFile: Self.path, encoding: .utf8)
        if ProcessInfo.processInfo.environment["LEDGERLINE_RECORD"] != nil, !page.contains(Self.table),
            let start = page.range(of: "<!-- transitions -->"), let end = page.range(of: "<!-- /transitions -->")
        {
            page.replaceSubrange(start.lowerBound..<end.upperBound, with: Self.table)
            try page.write(toFile: Self.path, atomically: true, encoding: .utf8)
        }
        #expect(page.contains(Self.table), "LEDGERLINE_RECORD=1 writes it anew")
    }
}
