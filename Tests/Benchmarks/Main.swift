import Foundation

/// `Benchmarks [--write] [--rounds N] [name…]` measures; `Benchmarks serve …` is the server that it measures.
@main
struct Main {
    static func main() {
        do {
            try run()
        } catch {
            print("benchmarks: \(error)")
            exit(2)
        }
    }

    private static func run() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "serve" { return try BenchServer.main(Array(arguments.dropFirst())) }
        if arguments.first == "load" { return try RestLoad.main(Array(arguments.dropFirst())) }
        if arguments.contains("--help") { return print(help) }
        let writes = arguments.contains("--write")
        arguments.removeAll { $0 == "--write" }
        let contests =
            ServerContests.all + StoreContests.all + AppendContests.all + EventsContests.all
            + JournalContests.all + VoiceContests.all + AnalyticsContests.all + TraceContests.all + RestContests.all
            + MemoryContests.all + LearningContests.all + BargeInContests.all
        let chosen = arguments.isEmpty ? contests : contests.filter { arguments.contains($0.name) }
        if let unknown = arguments.first(where: { name in !contests.contains { $0.name == name } }) {
            throw Trouble("there is no contest \(unknown); there are \(contests.map(\.name).joined(separator: ", "))")
        }
        var outcomes: [Outcome] = []
        for contest in chosen {
            print("\(contest.name): \(contest.question) — against \(contest.peer), goal \(contest.goal.text)")
            let outcome = try contest.run { print($0) }
            print("  → \(outcome.ratio.short) \(outcome.isMet ? "met" : "MISSED")")
            outcomes.append(outcome)
        }
        let report = Report(outcomes: outcomes)
        print("\n\(report.markdown)\n")
        if writes { try report.write(to: URL(filePath: "docs/benchmarks.md")) }
        let missed = outcomes.filter { !$0.isMet }
        if !missed.isEmpty {
            print("missed: \(missed.map(\.contest.name).joined(separator: ", "))")
            exit(1)
        }
    }

    private static let help = """
        Benchmarks — measures Ledgerline beside its peers in one run and keeps the ratios.

        usage: Benchmarks [--write] [name …]

          --write   puts the table into docs/benchmarks.md (run it from the top of the repository)
          name      one or more of the contests; all of them without a name

        Ends with 1 when a goal is missed. Needs nginx, wrk, pgbench, redis-benchmark and python3.
        """
}
