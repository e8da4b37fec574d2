import Testing

/// The rules of the house, each held against every file, and each against samples that it must catch and must let pass.
struct HouseRuleTests {
    @Test func `nothing is public`() {
        holds(.nothingIsPublic)
        catches(.nothingIsPublic, "public struct Call {}", "    public init() {}", "public import Loop")
        passes(.nothingIsPublic, "// public", "let publicKey = 1", "let words = \"public\"", "package struct Call {}")
    }

    @Test func `no room enters another by the back`() {
        holds(.nothingIsEnteredByTheBack)
        catches(.nothingIsEnteredByTheBack, "@testable import Loop", "@testable package import Loop")
        passes(.nothingIsEnteredByTheBack, "// @testable import Loop", "let words = \"@testable\"", "import Loop")
        #expect(
            HouseRule.nothingIsEnteredByTheBack.violations(
                in: sample("@testable import Loop", "Tests/LoopTests/LoopTests.swift")) == [])
    }

    @Test func `no try is forced`() {
        holds(.noForcedTry)
        catches(.noForcedTry, "let a = try! open()", "let text = \"\\(try! read())\"")
        passes(.noForcedTry, "let a = try open()", "// never try! here", "throw Refusal(\"try!\")")
    }

    @Test func `unchecked Sendable names what makes it safe`() {
        holds(.uncheckedIsExplained)
        catches(
            .uncheckedIsExplained, "final class Call: @unchecked Sendable {}",
            "/// A call.\n\nfinal class Call: @unchecked Sendable {}",
            "/// A call.\nvar a = 1\nextension Call: @unchecked Sendable {}",
            "final class Call:\n    Equatable,\n    @unchecked Sendable\n{}")
        passes(
            .uncheckedIsExplained, "/// Confined to its loop.\nfinal class Call: @unchecked Sendable {}",
            "/// Confined to its loop.\n@safe\npackage final class Call: @unchecked Sendable {}",
            "/// Confined to its loop.\nfinal class Call:\n    Equatable,\n    @unchecked Sendable\n{}",
            "extension Call: @unchecked Sendable {} // confined to its loop", "final class Call: Sendable {}")
    }

    @Test func `a task names the loop it runs on`() {
        holds(.tasksNameTheirLoop)
        catches(
            .tasksNameTheirLoop, "Task { await run() }", "let task = Task<Void, Never> {", "Task.detached {",
            "Task.detached(executorPreference: nil) {".replacing("executorPreference: nil", with: "priority: .high"),
            "Task(priority: .high) { }", "Task.immediate {", "Task(\n    priority: .high\n) {\n}")
        passes(
            .tasksNameTheirLoop, "Task(executorPreference: loop) {", "Task.immediate(executorPreference: loop) {",
            "Task<Void, Never>(executorPreference: loop) {", "Task(\n    executorPreference: loop\n) {",
            "try await Task.sleep(for: .seconds(1))", "if Task.isCancelled {", "// Task { }", "group.addTask { }",
            "struct JobTask {", "var task: Task<Void, Never>?", "withTaskGroup(of: Void.self) { group in")
    }

    @Test func `nothing ends in fatalError`() {
        holds(.noFatalError)
        catches(.noFatalError, "fatalError()", "default: fatalError(\"what?\")")
        passes(.noFatalError, "// fatalError", "let isFatal = true", "preconditionFailure(\"no loop\")")
    }

    @Test func `nothing is put off with a note`() {
        holds(.nothingIsPostponed)
        // Put together here, or this file would be caught.
        catches(.nothingIsPostponed, "// TO" + "DO: later", "/* FIX" + "ME */", "let a = 1 /// XX" + "X why?")
        passes(.nothingIsPostponed, "let TODOs = 1", "let pattern = \"XXXXXX\"", "// what there is to do")
    }

    @Test func `SQL is made of text in migrations only`() {
        holds(.sqlIsBound)
        catches(.sqlIsBound, "try await connection.run(SQL(unsafe: text))", "SQL( unsafe : text )")
        passes(.sqlIsBound, "SQL(\"SELECT \\(id)\")", "// SQL(unsafe: text)")
        #expect(
            HouseRule.sqlIsBound.violations(in: sample("SQL(unsafe: a)", "Sources/Platform/Postgres/Migrate/A.swift"))
                == [])
    }

    @Test func `only the console and a main file print`() {
        holds(.nothingIsPrinted)
        catches(.nothingIsPrinted, "print(call)", "    debugPrint(call)", "if failed { print(\"no\") }")
        passes(.nothingIsPrinted, "page.print(call)", "let fingerprint = fingerprint(key)", "// print(call)")
        #expect(HouseRule.nothingIsPrinted.violations(in: sample("print(1)", "Sources/Console/Tail.swift")) == [])
        #expect(HouseRule.nothingIsPrinted.violations(in: sample("print(1)", "Sources/API/Main.swift")) == [])
    }

    @Test func `a type's name says what it does`() {
        holds(.namesAreWords)
        catches(
            .namesAreWords, "final class CallManager {", "enum StringUtils {", "actor SessionHelper: Sendable {",
            "struct PoolImpl {")
        passes(
            .namesAreWords, "struct ManagerOnDuty {", "// class CallManager", "let manager = 1", "struct Utilization {")
    }

    @Test func `a long file has a reason`() {
        let violations = Repository.swiftFiles.flatMap(LongFiles.violations)
        #expect(violations.isEmpty, "\(violations.list)")
        #expect(LongFiles.violations(in: sample(String(repeating: "a\n", count: 401))).map(\.line) == [401])
        #expect(LongFiles.violations(in: sample(String(repeating: "a\n", count: 400))) == [])
    }

    @Test func `a reason for a long file is still needed`() {
        for path in LongFiles.reasons.keys {
            let file = Repository.swiftFiles.first { $0.path == path }
            #expect(file.map(LongFiles.length).map { $0 > LongFiles.limit } == true, "\(path)")
        }
    }

    @Test func `no path leads to somebody's own machine`() {
        let others = Repository.files(below: [
            "Makefile", "README.md", "fly.toml", ".ci", "Migrations", "deploy", "docs",
        ])
        let files = Repository.swiftFiles + others.map { SwiftFile(path: $0, text: Repository.text(of: $0)) }
        let violations = files.flatMap(HouseRule.pathsAreRelative.violations)
        #expect(violations.isEmpty, "\(violations.list)")
        // Put together here, or this file would be caught.
        catches(.pathsAreRelative, "let a = \"/home" + "/anna/calls\"", "# see /Users" + "/anna", "cd /root" + "/calls")
        passes(
            .pathsAreRelative, "let a = \"docs/home/page\"", "GET https://localhost/home/page",
            "a checkout below /root, for one")
    }

    // MARK: - How

    /// The rule holds in every Swift file of this checkout.
    private func holds(_ rule: HouseRule, _ location: SourceLocation = #_sourceLocation) {
        let violations = Repository.swiftFiles.flatMap(rule.violations)
        #expect(violations.isEmpty, "\(violations.list)", sourceLocation: location)
    }

    private func catches(_ rule: HouseRule, _ samples: String..., location: SourceLocation = #_sourceLocation) {
        for text in samples {
            #expect(rule.violations(in: sample(text)).count == 1, "not caught: \(text)", sourceLocation: location)
        }
    }

    private func passes(_ rule: HouseRule, _ samples: String..., location: SourceLocation = #_sourceLocation) {
        for text in samples {
            #expect(rule.violations(in: sample(text)) == [], "caught: \(text)", sourceLocation: location)
        }
    }

    private func sample(_ text: String, _ path: String = "Sources/Platform/HTTP/Sample.swift") -> SwiftFile {
        SwiftFile(path: path, text: text)
    }
}
