import Foundation

/// One Swift file, and the same file with only its code or only its comments left, line for line.
///
/// A rule about code must not fire on a word in a comment or a string, and a rule about comments not on code. What is taken
/// away is replaced by spaces, so that lines and columns stay.
struct SwiftFile {
    let path: String
    let text: String
    let lines: [String]
    let code: [String]
    let comments: [String]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var reader = Reader(Array(text.utf8))
        reader.readAll()
        code = Self.lines(reader.code)
        comments = Self.lines(reader.comments)
    }

    func isBelow(_ folder: String) -> Bool { path.hasPrefix(folder + "/") }

    private static func lines(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: newline, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Tells code, comments and strings apart. Knows nested comments, raw and multi-line strings, and that the inside of
    /// an interpolation is code again. Regular expressions in slashes it does not know: we write none.
    private struct Reader {
        private let text: [UInt8]
        private var place = 0
        private(set) var code: [UInt8]
        private(set) var comments: [UInt8]

        init(_ text: [UInt8]) {
            self.text = text
            code = text.map { $0 == newline ? newline : space }
            comments = code
        }

        mutating func readAll() {
            while place < text.count {
                readCode()
                // A parenthesis too many: not Swift, but no reason to stand still.
                place += 1
            }
        }

        /// Reads code until its end, or, inside an interpolation, until the parenthesis that closes it.
        private mutating func readCode() {
            var depth = 0
            while place < text.count {
                let byte = text[place]
                switch byte {
                case slash where starts("//"):
                    readLineComment()
                    continue
                case slash where starts("/*"):
                    readBlockComment()
                    continue
                case quote, pound:
                    if let pounds = stringStart() {
                        readString(pounds: pounds)
                        continue
                    }
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"):
                    depth -= 1
                    if depth < 0 { return }
                default: break
                }
                code[place] = byte
                place += 1
            }
        }

        private mutating func readLineComment() {
            while place < text.count, text[place] != newline {
                comments[place] = text[place]
                place += 1
            }
        }

        private mutating func readBlockComment() {
            var depth = 0
            repeat {
                let (opens, closes) = (starts("/*"), starts("*/"))
                let step = opens || closes ? 2 : 1
                if opens { depth += 1 }
                if closes { depth -= 1 }
                for index in place..<min(place + step, text.count) { comments[index] = text[index] }
                place += step
            } while depth > 0 && place < text.count
        }

        /// How many `#` open the string that starts here, if one does.
        private func stringStart() -> Int? {
            var index = place
            while index < text.count, text[index] == pound { index += 1 }
            guard index < text.count, text[index] == quote else { return nil }
            return index - place
        }

        private mutating func readString(pounds: Int) {
            place += pounds
            let quotes = starts("\"\"\"") ? "\"\"\"" : "\""
            let end = quotes + String(repeating: "#", count: pounds)
            let escape = "\\" + String(repeating: "#", count: pounds)
            place += quotes.utf8.count
            while place < text.count {
                let byte = text[place]
                if byte == quote, starts(end) {
                    place += end.utf8.count
                    return
                }
                if byte == backslash, starts(escape) {
                    place += escape.utf8.count + 1
                    if text[min(place, text.count) - 1] == UInt8(ascii: "(") {
                        readCode()
                        place += 1
                    }
                } else {
                    // A string that was never closed ends with its line, so that one slip does not hide the rest.
                    if byte == newline, quotes.utf8.count == 1 { return }
                    place += 1
                }
            }
        }

        private func starts(_ word: String) -> Bool {
            var index = place
            for byte in word.utf8 {
                guard index < text.count, text[index] == byte else { return false }
                index += 1
            }
            return true
        }
    }
}

extension String {
    /// Does it have any of these words in it? The C library searches, because it is compiled for speed even where we are
    /// not: rules would take minutes to look closely at every line of the checkout.
    func mentions(_ words: [String]) -> Bool {
        withCString { text in words.contains { word in word.withCString { strstr(text, $0) != nil } } }
    }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
private let slash = UInt8(ascii: "/")
private let quote = UInt8(ascii: "\"")
private let pound = UInt8(ascii: "#")
private let backslash = UInt8(ascii: "\\")
