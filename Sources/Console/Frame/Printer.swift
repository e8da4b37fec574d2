import Glibc
import Wire

/// How results are shown: lines and columns for people, one JSON document on each line for machines.
struct Printer: Sendable {
    let isJSON: Bool

    /// A text for people or a document for machines.
    func show(_ text: @autoclosure () -> String, _ document: @autoclosure () -> JSONValue) {
        print(isJSON ? String(decoding: document().bytes(), as: UTF8.self) : text())
    }

    /// For people only.
    func say(_ text: @autoclosure () -> String) { if !isJSON { print(text()) } }

    /// What was printed shall be seen now, though it goes into a pipe.
    func flush() { fflush(nil) }

    /// Rows under their headings, each column as wide as what is in it.
    static func table(_ headings: [String], _ rows: [[String]]) -> String {
        let widths = headings.indices.map { column in
            ([headings] + rows).map { $0[column].count }.max() ?? 0
        }
        return ([headings] + rows).map { row in
            zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ").trimmedAtEnd
        }.joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

    fileprivate var trimmedAtEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension JSONValue {
    static func of(_ value: (some CustomStringConvertible)?) -> JSONValue { value.map { .string("\($0)") } ?? .null }
    static func of(_ number: (some BinaryInteger)?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
    static func of(_ flag: Bool?) -> JSONValue { flag.map { .bool($0) } ?? .null }
    static func of(_ number: Double?) -> JSONValue { number.map { .double($0) } ?? .null }

    /// What is JSON already.
    static func of(json: [UInt8]) -> JSONValue {
        do { return try JSONValue(json: json) } catch { return .null }
    }

    /// For people. What could command a terminal stays quoted.
    var legible: String {
        guard let text, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            return compact
        }
        return text
    }

    /// On one line.
    var compact: String { String(decoding: bytes(), as: UTF8.self) }
}
