import Glibc
import Synchronization

/// The servers that tests run against: those the environment names, else those of this checkout.
package enum Services {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
        package init(description: String) { self.description = description }
    }

    package static var repository: String {
        #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    }

    /// A setting from the environment, else from `deploy/local/services env`.
    package static func setting(_ name: String) throws -> String {
        if let value = getenv(name) { return String(cString: value) }
        guard let value = try environment.get()[name] else {
            throw Failure(description: "\(name) is not set, and deploy/local/services does not know it either")
        }
        return value
    }

    /// As the login that owns the database: tests make schemas and tables. A server of somebody's own may have one login.
    package static var databaseURL: String {
        get throws {
            if getenv("DATABASE_URL") != nil, getenv("DATABASE_OWNER_URL") == nil { return try setting("DATABASE_URL") }
            return try setting("DATABASE_OWNER_URL")
        }
    }

    /// As the processes' own login, which may do what `ledgerline_app` may and nothing else.
    package static var processURL: String { get throws { try setting("DATABASE_URL") } }

    private static let environment = Result { try parse(run("", "env")) }

    static func parse(_ text: String) -> [String: String] {
        var settings: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { settings[String(parts[0])] = String(parts[1]) }
        }
        return settings
    }

    /// Runs the script and waits for it; answers what it printed. `settings` stand before it, as in a shell. Blocks: for a lane.
    static func run(_ settings: String, _ command: String) throws -> String {
        let line = "\(settings) '\(repository)/deploy/local/services' \(command) 2>&1 </dev/null"
        guard let pipe = popen(line, "r") else { throw Failure(description: "no shell: \(errno)") }
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, pipe)
            if count == 0 { break }
            output += chunk[..<count]
        }
        let text = String(decoding: output, as: UTF8.self)
        let status = pclose(pipe)
        guard status == 0 else { throw Failure(description: "services \(command) ended with \(status): \(text)") }
        return text
    }
}
