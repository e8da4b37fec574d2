import Foundation

/// The rows of `docs/faults.md`, and what is wrong with them.
///
/// A row is automated if it names tests, as `Tests/…swift` “the test's name”, or what the chaos checker does, as
/// `chaos` “the case of Fault”. Any other row begins its last column with "not yet".
struct FaultTable {
    struct Row: Equatable {
        let number: Int
        let proof: String

        var references: [Reference] {
            proof.matches(of: /`([^`]+)` “([^”]+)”/).map { Reference(place: String($0.1), name: String($0.2)) }
        }

        var isAutomated: Bool { !references.isEmpty }
    }

    struct Reference: Equatable {
        let place: String
        let name: String
    }

    /// Of four columns, the first a number.
    let rows: [Row]

    init(_ text: String) {
        rows = text.split(separator: "\n").compactMap { line in
            let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard line.hasPrefix("|"), columns.count == 4, let number = Int(columns[0]) else { return nil }
            return Row(number: number, proof: columns[3])
        }
    }

    /// `text` answers what a file of the checkout says, "" if there is none.
    func flaws(_ text: (String) -> String) -> [String] {
        rows.flatMap { row -> [String] in
            if !row.isAutomated {
                return row.proof.hasPrefix("not yet: ") ? [] : ["\(row.number): neither a test nor “not yet: ” and why"]
            }
            if row.proof.hasPrefix("not yet") { return ["\(row.number): both a test and “not yet”"] }
            return row.references.filter { !Self.exists($0, text) }.map {
                "\(row.number): no “\($0.name)” in \($0.place)"
            }
        }
    }

    private static func exists(_ reference: Reference, _ text: (String) -> String) -> Bool {
        guard reference.place == "chaos" else {
            return reference.place.hasPrefix("Tests/")
                && declares(text(reference.place), "`\(reference.name)`", after: "func")
        }
        return declares(text("Tests/Chaos/Fault.swift"), reference.name, after: "case")
            && text("Tests/Chaos/FaultPlan.swift").contains("return .\(reference.name)")
    }

    /// Is there the name, whole, and the keyword before it?
    private static func declares(_ text: String, _ name: String, after keyword: String) -> Bool {
        text.ranges(of: name).contains { range in
            let before = text[..<range.lowerBound]
            let next = text[range.upperBound...].first
            return before.last?.isWhitespace == true && next?.isLetter != true
                && before.trimmingSuffix(while: \.isWhitespace).hasSuffix(keyword)
        }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while isOut: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isOut(last) { rest.removeLast() }
        return rest
    }
}
