/// Every file imports only what its room may.
enum ImportRule {
    static func violations(in file: SwiftFile, rooms: [Room] = Room.all) -> [Violation] {
        let imports = imports(in: file)
        guard let room = rooms.first(where: { file.isBelow($0.folder) }) else {
            return imports.isEmpty
                ? [] : [Violation(path: file.path, line: nil, reason: "is in no room that the table knows")]
        }
        return imports.filter { !room.imports.contains($0.module) }.map {
            Violation(path: file.path, line: $0.line, reason: "\(room.name) may not import \($0.module)")
        }
    }

    /// Each `import` with its line; attributes, access and kind are read over: `@testable package import struct A.B` is A.
    static func imports(in file: SwiftFile) -> [(line: Int, module: String)] {
        file.code.enumerated().compactMap { index, line in
            guard line.mentions(["import"]) else { return nil }
            var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" })[...]
            while let word = words.first, word.hasPrefix("@") || access.contains(String(word)) { words.removeFirst() }
            guard words.popFirst() == "import" else { return nil }
            if let word = words.first, kinds.contains(String(word)) { words.removeFirst() }
            guard let path = words.first, let module = path.split(separator: ".").first else { return nil }
            return (index + 1, String(module))
        }
    }

    private static let access: Set<String> = ["public", "package", "internal", "private", "fileprivate"]
    private static let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
}
