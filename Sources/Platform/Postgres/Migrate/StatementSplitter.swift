/// Cuts a file of SQL into statements at the semicolons that end them: those outside quotes, dollar quotes and comments.
///
/// The extended protocol takes one statement at a time.
enum StatementSplitter {
    private enum State: Equatable {
        case plain
        case lineComment
        /// Block comments nest.
        case blockComment(depth: Int)
        case quoted(UInt8, escapes: Bool)
        case dollarQuoted(tag: [UInt8])

        var isComment: Bool {
            switch self {
            case .lineComment, .blockComment: true
            case .plain, .quoted, .dollarQuoted: false
            }
        }
    }

    static func statements(of text: String) -> [String] {
        let bytes = Array(text.utf8)
        var statements: [String] = []
        var state = State.plain
        var start = 0
        var index = 0
        var hasContent = false
        while index < bytes.count {
            let step: Int
            if state == .plain, bytes[index] == UInt8(ascii: ";") {
                if hasContent { statements.append(String(decoding: bytes[start..<index], as: UTF8.self)) }
                (start, hasContent, step) = (index + 1, false, 1)
            } else {
                let wasPlain = state == .plain
                (state, step) = advance(state, bytes, index)
                let isSpace = bytes[index] == 32 || (9...13).contains(bytes[index])
                if wasPlain, !state.isComment, !isSpace { hasContent = true }
            }
            index += step
        }
        if hasContent { statements.append(String(decoding: bytes[start...], as: UTF8.self)) }
        return statements
    }

    /// The state behind the byte at `index`, and how many bytes were understood.
    private static func advance(_ state: State, _ bytes: [UInt8], _ index: Int) -> (State, Int) {
        let byte = bytes[index]
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        switch state {
        case .plain: return enter(bytes, index, byte, next)
        case .lineComment: return (byte == UInt8(ascii: "\n") ? .plain : state, 1)
        case .blockComment(let depth):
            if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") { return (.blockComment(depth: depth + 1), 2) }
            if byte == UInt8(ascii: "*"), next == UInt8(ascii: "/") {
                return (depth == 1 ? .plain : .blockComment(depth: depth - 1), 2)
            }
            return (state, 1)
        case .quoted(let quote, let escapes):
            if escapes, byte == UInt8(ascii: "\\") { return (state, 2) }
            if byte == quote { return next == quote ? (state, 2) : (.plain, 1) }
            return (state, 1)
        case .dollarQuoted(let tag):
            return bytes[index...].starts(with: tag) ? (.plain, tag.count) : (state, 1)
        }
    }

    private static func enter(_ bytes: [UInt8], _ index: Int, _ byte: UInt8, _ next: UInt8) -> (State, Int) {
        let before = index > 0 ? bytes[index - 1] : 32
        switch byte {
        case UInt8(ascii: "-") where next == byte: return (.lineComment, 2)
        case UInt8(ascii: "/") where next == UInt8(ascii: "*"): return (.blockComment(depth: 1), 2)
        case UInt8(ascii: "'"):
            // E'…' knows backslashes, unless the E ends a longer word.
            let isEscaping = before | 32 == UInt8(ascii: "e") && (index < 2 || !isWord(bytes[index - 2]))
            return (.quoted(byte, escapes: isEscaping), 1)
        case UInt8(ascii: "\""): return (.quoted(byte, escapes: false), 1)
        case UInt8(ascii: "$") where !isWord(before):
            let name = bytes[(index + 1)...].prefix { isWord($0) && $0 != UInt8(ascii: "$") }
            let end = index + 1 + name.count
            let isDigit = name.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
            guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), !isDigit else { return (.plain, 1) }
            return (.dollarQuoted(tag: Array(bytes[index...end])), end + 1 - index)
        default: return (.plain, 1)
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 128...255:
            true
        default: false
        }
    }
}
