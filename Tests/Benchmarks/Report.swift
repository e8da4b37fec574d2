import Foundation

/// The table of a run, for the terminal and for `docs/benchmarks.md`.
struct Report {
    let outcomes: [Outcome]

    var markdown: String {
        var lines = [
            "| what | ours | peer | ratio (least–most) | goal | |", "|---|---|---|---|---|---|",
        ]
        for outcome in outcomes {
            let contest = outcome.contest
            let spread = "\(outcome.spread.lowerBound.short)–\(outcome.spread.upperBound.short)"
            lines.append(
                "| \(contest.question) | \(outcome.ours.short) \(contest.unit) | \(contest.peer): \(outcome.theirs.short) \(contest.unit) "
                    + "| **\(outcome.ratio.short)** (\(spread)) | \(contest.goal.text) | \(outcome.isMet ? "met" : "**missed**") |"
            )
        }
        return lines.joined(separator: "\n")
    }

    /// Replaces what stands between the two markers of the page, and leaves the words around it alone.
    func write(to page: URL) throws {
        let start = "<!-- figures: written by `make bench` -->"
        let end = "<!-- end of figures -->"
        let text = try String(contentsOf: page, encoding: .utf8)
        guard let from = text.range(of: start), let to = text.range(of: end), from.upperBound <= to.lowerBound else {
            throw Trouble("\(page.path) lacks the markers that say where the figures go")
        }
        let fresh = text[..<from.upperBound] + "\n\n\(markdown)\n\n" + text[to.lowerBound...]
        try String(fresh).write(to: page, atomically: true, encoding: .utf8)
    }
}
