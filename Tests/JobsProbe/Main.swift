import Jobs
import Loop
import Postgres

/// A worker in a process of its own, for a test to kill: `JobsProbe URL SCHEMA KIND SILENCE-IN-MILLISECONDS`. Its jobs never
/// end by themselves.
@main
struct Main {
    struct Usage: Error {}

    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 5, let silence = Int(words[4]) else { throw Usage() }
        let kind = words[3]
        var configuration = try PostgresConfiguration(words[1])
        configuration.searchPath = try [Identifier(words[2]), Identifier("public")]
        var settings = JobWorkerSettings()
        settings.pollEvery = .milliseconds(20)
        settings.silenceMax = .milliseconds(silence)
        settings.heartbeatEvery = .milliseconds(silence / 6)
        try Loops.run(1) { [configuration, settings] loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let handler = JobHandler(kind) { _ in
                try await loops.first.sleep(for: .seconds(3600))
                return .done
            }
            await JobWorker([handler], on: pool, settings: settings).run()
            await pool.close()
        }
    }
}
