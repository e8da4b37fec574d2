/// A file is 400 lines at most. Those that are longer stand here, each with the reason why it does not divide.
enum LongFiles {
    static let limit = 400

    static let reasons: [String: String] = [:]

    static func violations(in file: SwiftFile) -> [Violation] {
        guard length(of: file) > limit, reasons[file.path] == nil else { return [] }
        let reason = "more than \(limit) lines: divide it, or give the reason in LongFiles"
        return [Violation(path: file.path, line: limit + 1, reason: reason)]
    }

    /// What follows the last newline is no line.
    static func length(of file: SwiftFile) -> Int { file.lines.count - (file.lines.last == "" ? 1 : 0) }
}
