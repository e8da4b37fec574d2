/// A place where a rule is broken, in the form that editors and terminals turn into a link.
struct Violation: CustomStringConvertible, Equatable {
    let path: String
    /// Counted from one; nil when the whole file or folder is meant.
    let line: Int?
    let reason: String

    var description: String { [path, line.map(String.init), " \(reason)"].compactMap(\.self).joined(separator: ":") }
}

extension [Violation] {
    /// For a failing test: one per line.
    var list: String { map(\.description).joined(separator: "\n") }
}
