import Glibc
import TestKit

struct SourceLine {
    let file: String
    let text: String
}

/// Lines of Swift files of the repository that hold a text, comments included.
func sourceLines(containing text: String, under folder: String) throws -> [SourceLine] {
    guard let pipe = popen("cd '\(Services.repository)' && grep -rF --include=*.swift -- '\(text)' '\(folder)'", "r")
    else {
        throw Services.Failure(description: "no shell: \(errno)")
    }
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, pipe)
        if count == 0 { break }
        output += chunk[..<count]
    }
    guard pclose(pipe) == 0 else { throw Services.Failure(description: "grep found nothing") }
    return String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return parts.count == 2 ? SourceLine(file: String(parts[0]), text: String(parts[1])) : nil
    }
}
