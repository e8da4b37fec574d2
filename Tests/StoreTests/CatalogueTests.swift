import Domain
import Foundation
import Store
import TestKit
import Testing
import Wire

/// `docs/events.md` says what the code says.
struct CatalogueTests {
    private static let path = Services.repository + "/docs/events.md"

    private func fields(_ type: EventType, _ optionals: Dice.Optionals) throws -> [String] {
        var dice = Dice(seed: 1, optionals: optionals)
        guard case .object(let object) = try JSONValue(json: EventCodec.encode(Fact.any(type, &dice))) else {
            return []
        }
        return object.members.map(\.name)
    }

    private func row(_ type: EventType) throws -> String {
        let required = Set(try fields(type, .never))
        let names = try fields(type, .always).map { required.contains($0) ? $0 : $0 + "?" }
        return "| `\(type.rawValue)` | \(type.schemaVersion) | \(names.isEmpty ? "–" : names.joined(separator: ", ")) |"
    }

    private func catalogue() throws -> String {
        try StreamKind.allCases.map { kind in
            let rows = try EventType.allCases.filter { $0.stream == kind }.map(row)
            return
                "## Stream `\(kind.rawValue)`\n\n| type | version | fields |\n|---|---|---|\n\(rows.joined(separator: "\n"))\n"
        }.joined(separator: "\n")
    }

    @Test func `the page lists every type, version and field`() throws {
        let catalogue = try catalogue()
        var page = try String(contentsOfFile: Self.path, encoding: .utf8)
        if Golden.records, !page.hasSuffix(catalogue) {
            let start = page.range(of: "## Stream ")?.lowerBound ?? page.endIndex
            page = page[..<start] + catalogue
            try page.write(toFile: Self.path, atomically: true, encoding: .utf8)
        }
        #expect(page.hasSuffix(catalogue), "LEDGERLINE_RECORD=1 writes it anew")
    }

    @Test func `every stream has events`() {
        #expect(Set(EventType.allCases.map(\.stream)) == Set(StreamKind.allCases))
    }
}
