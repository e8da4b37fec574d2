package import Loop

/// Why the schema is not brought up to date. Nothing is repaired by guessing.
package enum MigrationError: Error, Sendable, CustomStringConvertible {
    case unreadable(String, SystemError)
    /// Not `NNNN_name.sql`, or not UTF-8.
    case malformed(String)
    case duplicate(version: Int)
    /// The numbers begin at 1 and leave none out.
    case gap(missing: Int)
    /// A file that has been applied reads differently now.
    case edited(version: Int, name: String)
    /// The database has a version that the folder lacks: older code meets a newer schema, or a file is lost.
    case unknown(version: Int, name: String)
    case failed(version: Int, name: String, any Error)

    package var description: String {
        switch self {
        case .unreadable(let path, let cause): "migrations: can't read \(path): \(cause)"
        case .malformed(let file): "migrations: \(file) is not NNNN_name.sql in UTF-8"
        case .duplicate(let version): "migrations: version \(version) is there twice"
        case .gap(let missing): "migrations: version \(missing) is missing"
        case .edited(let version, let name):
            "migrations: \(Migration.title(version, name)) was edited after it had been applied"
        case .unknown(let version, let name):
            "migrations: the database has \(Migration.title(version, name)), the folder does not"
        case .failed(let version, let name, let cause): "migrations: \(Migration.title(version, name)) failed: \(cause)"
        }
    }
}
