import Loop
import Postgres
import Service

extension Command {
    static let migrate = Command(
        name: "migrate",
        summary: "brings the database up to date",
        guide: """
            ledgerline migrate — applies the migrations that the database does not have yet

            usage: ledgerline migrate [--dry-run]

              --dry-run   says what would be applied, and changes nothing

            Migrations go forward only, each in a transaction of its own. A file that was applied and has been edited since is
            refused, and so is a database that has more than the folder. Several may run at once: one works, the others wait.

            settings
              DATABASE_OWNER_URL      the database, as the login that owns it; DATABASE_URL when absent
              DATABASE_URL            the database, as the processes' login, which has the role ledgerline_app and owns nothing
              LEDGERLINE_MIGRATIONS   the folder; default Migrations in the working directory
            """
    ) { arguments in
        let isDryRun = try MigrateOptions(arguments).isDryRun
        let settings = try MigrateSettings(.process)
        try Loops.run(1, name: "migrate") { loops in
            let migrator = Migrator(
                try PostgresConfiguration(settings.database.revealed), on: loops.first, folder: settings.folder,
                observe: tell)
            if isDryRun {
                let pending = try await migrator.plan().pending
                for migration in pending { print("would apply \(migration.title)") }
                print(pending.isEmpty ? "nothing to apply" : "\(pending.count) to apply")
            } else {
                let applied = try await migrator.apply()
                print(applied.isEmpty ? "up to date" : "applied \(applied.count)")
            }
        }
    }

    /// Long work shows progress.
    @Sendable
    private static func tell(_ happening: PostgresHappening) {
        switch happening {
        case .migrationWaiting: print("another migration is running; waiting for it")
        case .migrationBegan(let version, let name): print("applying \(Migration.title(version, name)) …")
        case .migrationApplied(let version, let name, let took):
            print("applied \(Migration.title(version, name)) in \(took.wholeNanoseconds / 1_000_000) ms")
        case .notice(let severity, _, let message): print("\(severity.lowercased()): \(message)")
        default: break
        }
    }
}
