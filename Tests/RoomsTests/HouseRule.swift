/// A rule of the house that can be checked line by line.
struct HouseRule: Sendable {
    /// What of a file the rule reads.
    enum Part { case code, comments, all }

    /// What a breach is told.
    let reason: String
    /// Only lines with one of these words are looked at.
    let words: [String]
    var part = Part.code
    /// Which files the rule is about.
    let concerns: @Sendable (SwiftFile) -> Bool
    /// Does this line, with this number counted from zero, break the rule?
    let isBreach: @Sendable (_ text: String, _ line: Int, _ file: SwiftFile) -> Bool

    func violations(in file: SwiftFile) -> [Violation] {
        guard concerns(file), file.text.mentions(words) else { return [] }
        let lines =
            switch part {
            case .code: file.code
            case .comments: file.comments
            case .all: file.lines
            }
        return lines.indices.filter { lines[$0].mentions(words) && isBreach(lines[$0], $0, file) }
            .map { Violation(path: file.path, line: $0 + 1, reason: reason) }
    }
}

extension HouseRule {
    static let nothingIsPublic = HouseRule(
        reason: "nothing here is public: there is no outside; `package` crosses rooms", words: ["public"],
        concerns: isSource
    ) { text, _, _ in text.contains(/\bpublic\b/) }

    static let nothingIsEnteredByTheBack = HouseRule(
        reason: "@testable: what is wanted of another room is package there; a release refuses to build with this",
        words: ["@testable"], concerns: isSource
    ) { text, _, _ in text.contains(/@testable\b/) }

    static let noForcedTry = HouseRule(
        reason: "no forced try: a condition is thrown, a bug traps with a message", words: ["try!"], concerns: isSwift
    ) { text, _, _ in text.contains(/\btry!/) }

    static let uncheckedIsExplained = HouseRule(
        reason: "unchecked Sendable without a comment that names what makes it safe", words: ["@unchecked"],
        concerns: isSource
    ) { _, line, file in !isExplained(line, in: file) }

    static let tasksNameTheirLoop = HouseRule(
        reason: "a task without executorPreference leaves its loop at every await", words: ["Task"], concerns: isSource
    ) { text, line, file in
        guard text.contains(/\bTask(<[^>]*>)?((\.immediate)?\s*[({]|\.detached\b)/) else { return false }
        // The arguments may go on over the next lines, up to the brace that opens the body.
        let statement = file.code[line...].prefix(4).joined(separator: " ")
        let head = statement.split(separator: /\bTask\b/, maxSplits: 1).last?.prefix { $0 != "{" }
        return head?.contains("executorPreference") != true
    }

    static let noFatalError = HouseRule(
        reason: "fatalError: use preconditionFailure with a message for a bug, throw for a condition",
        words: ["fatalError"], concerns: isSource
    ) { text, _, _ in text.contains(/\bfatalError\b/) }

    static let nothingIsPostponed = HouseRule(
        reason: "a note to do something later", words: ["TODO", "FIXME", "XXX"], part: .comments, concerns: isSwift
    ) { text, _, _ in text.contains(/\b(TODO|FIXME|XXX)\b/) }

    static let sqlIsBound = HouseRule(
        reason: "SQL from text: only migrations may, everybody else interpolates values", words: ["SQL("],
        concerns: { isSource($0) && !$0.isBelow("Sources/Platform/Postgres/Migrate") }
    ) { text, _, _ in text.contains(/\bSQL\(\s*unsafe\s*:/) }

    /// `Launch` is the part of a main file that all processes share.
    static let nothingIsPrinted = HouseRule(
        reason: "print: say it to the log, or in the console", words: ["print(", "debugPrint("],
        concerns: {
            isSource($0) && !$0.isBelow("Sources/Console") && !$0.path.hasSuffix("/Main.swift")
                && $0.path != "Sources/Platform/Process/Launch.swift"
        }
    ) { text, _, _ in text.contains(/(^|[^.\w])(debugP|p)rint\(/) }

    static let namesAreWords = HouseRule(
        reason: "a name that says nothing: what does it do?", words: ["Manager", "Helper", "Util", "Impl"],
        concerns: isSwift
    ) { text, _, _ in
        text.contains(
            /\b(struct|class|enum|actor|protocol|typealias)\s+\w*(Manager|Helper|Util|Utilitie|Utility|Impl)s?\b/)
    }

    static let pathsAreRelative = HouseRule(
        reason: "a path of somebody's own machine", words: ["/home/", "/Users/", "/root/", "/work/"], part: .all,
        concerns: { _ in true }
    ) { text, _, _ in text.contains(/(^|[\s\x22'`(=:])\/(home|Users|root|work)\/\w/) }

    private static func isSource(_ file: SwiftFile) -> Bool { file.isBelow("Sources") }
    private static func isSwift(_ file: SwiftFile) -> Bool { file.path.hasSuffix(".swift") }

    /// Is there a comment on this line, or directly above the declaration that it belongs to?
    private static func isExplained(_ last: Int, in file: SwiftFile) -> Bool {
        var line = last
        while file.comments[line].isBlank {
            let startsDeclaration = file.code[line].contains(/\b(class|struct|enum|actor|extension)\b/)
            line -= 1
            if startsDeclaration {
                while line > 0, file.code[line].drop(while: { $0 == " " }).hasPrefix("@") { line -= 1 }
                return line >= 0 && !file.comments[line].isBlank
            }
            guard line >= 0 else { return false }
        }
        return true
    }
}

extension String {
    fileprivate var isBlank: Bool { utf8.allSatisfy { $0 == UInt8(ascii: " ") } }
}
