/// The head of a response, gathered line by line as curl delivers it. Interim heads (1xx) come before it and are forgotten.
struct ResponseHead {
    private(set) var status: Status?
    private(set) var headers = Headers()
    private(set) var isComplete = false
    private var bytes = 0

    enum Outcome: Equatable { case more, complete, tooLarge, bad }

    mutating func line(_ line: String, sizeMax: Int) -> Outcome {
        // After the head, curl delivers a chunked body's trailers here too; they are dropped.
        guard !isComplete else { return .more }
        bytes += line.utf8.count
        guard bytes <= sizeMax else { return .tooLarge }
        let text = line.trimmingBlanks
        if text.hasPrefix("HTTP/") { return begin(text) }
        guard let status else { return .bad }
        if text.isEmpty {
            guard status.rawValue >= 200 else { return .more }
            isComplete = true
            return .complete
        }
        guard let colon = text.firstIndex(of: ":"), let name = HeaderName(String(text[..<colon])) else { return .bad }
        headers.add(name, String(text[text.index(after: colon)...]).trimmingBlanks)
        return .more
    }

    private mutating func begin(_ line: String) -> Outcome {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, let code = UInt16(words[1]), (100...599).contains(code) else { return .bad }
        status = Status(code)
        headers = Headers()
        return .more
    }
}

extension String {
    /// Without spaces, tabs and line ends on either side.
    var trimmingBlanks: String {
        let blanks: Set<UInt8> = [9, 10, 13, 32]
        let start = utf8.firstIndex { !blanks.contains($0) } ?? utf8.endIndex
        guard start < utf8.endIndex, let last = utf8.lastIndex(where: { !blanks.contains($0) }) else { return "" }
        return String(self[start...last])
    }
}
