/// What `ledgerline migrate` is told on the command line.
struct MigrateOptions {
    let isDryRun: Bool

    init(_ arguments: [String]) throws(UsageError) {
        if let unknown = arguments.first(where: { $0 != "--dry-run" }) { throw UsageError("unknown option \(unknown)") }
        isDryRun = !arguments.isEmpty
    }
}
