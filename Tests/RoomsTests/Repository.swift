import Foundation

/// The files of this checkout that rules are about.
enum Repository {
    static let folder = URL(filePath: #filePath).appending(path: "../../..").standardizedFileURL

    /// All Swift files below `Sources` and `Tests`, and the manifest.
    static let swiftFiles: [SwiftFile] = files(below: ["Package.swift", "Sources", "Tests"])
        .filter { $0.hasSuffix(".swift") }
        .map { SwiftFile(path: $0, text: text(of: $0)) }

    /// The paths of all files below the given ones, in order.
    static func files(below places: [String]) -> [String] {
        places.flatMap { place -> [String] in
            guard let inside = FileManager.default.enumerator(atPath: folder.appending(path: place).path) else {
                return [place]
            }
            return inside.compactMap { $0 as? String }.map { "\(place)/\($0)" }.filter { !isFolder($0) }
        }
        .filter { FileManager.default.fileExists(atPath: folder.appending(path: $0).path) }
        .sorted()
    }

    /// The names of the folders directly in `place`.
    static func folders(in place: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: place).path)
            .filter { isFolder("\(place)/\($0)") }.sorted()
    }

    /// What a file says; "" for what is not text.
    static func text(of path: String) -> String {
        guard let data = FileManager.default.contents(atPath: folder.appending(path: path).path) else { return "" }
        return String(data: data, encoding: .utf8) ?? ""
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: folder.appending(path: path).path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}
