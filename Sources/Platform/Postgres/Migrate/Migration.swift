import Crypto
import Wire

/// One step of the schema: `0007_calls_by_day.sql`.
package struct Migration: Hashable, Sendable {
    package let version: Int
    package let name: String
    /// SHA-256 of the file, in hexadecimal.
    package let checksum: String
    let text: String

    /// From the name and content of a file.
    init(file: String, _ bytes: [UInt8]) throws(MigrationError) {
        let parts = file.dropLast(4).split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[0].allSatisfy({ ("0"..."9").contains($0) }),
            let version = Int(parts[0]), version > 0, !parts[1].isEmpty,
            let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0)
        else { throw .malformed(file) }
        self.version = version
        name = String(parts[1])
        checksum = Hex.encode(HashFunction.sha256.digest(of: bytes).span)
        self.text = text
    }

    /// The file's name without its ending.
    package var title: String { Self.title(version, name) }

    package static func title(_ version: Int, _ name: String) -> String {
        let digits = String(version)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_" + name
    }

    /// Whether the file is run in a transaction. `-- no transaction` as its first line says no, for what refuses to be in
    /// one: `CREATE INDEX CONCURRENTLY`. Such a file holds one statement, so that it is done or not.
    var isTransactional: Bool {
        let first = text.prefix { $0 != "\n" }.split(separator: " ", omittingEmptySubsequences: true)
        return first != ["--", "no", "transaction"]
    }
}
