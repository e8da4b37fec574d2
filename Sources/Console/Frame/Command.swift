/// One thing an operator can ask of `ledgerline`.
struct Command: Sendable {
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// Everything else, for `ledgerline NAME --help`.
    let guide: String
    /// Gets what stands behind the name. Throws `UsageError` when it can't be understood, anything else when it fails.
    let run: @Sendable (_ arguments: [String]) throws -> Void
}

/// The command line asks for something that does not exist.
struct UsageError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
