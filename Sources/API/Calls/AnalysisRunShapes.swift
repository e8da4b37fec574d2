import Domain
import HTTP
import Store
import Wire

/// How runs over calls, choices and comparisons are written.
enum AnalysisRunShapes {
    static let components = [run.component, choice.component, comparison.component]

    static let run = JSONShape<AnalysisRunRow>(
        "AnalysisRun",
        [
            .id("id") { $0.id },
            .text("name", "With the new criteria") { $0.name },
            .word("analyst") { $0.way.analyst },
            .word("plan") { $0.way.plan },
            .time("from") { $0.from },
            .time("to") { $0.to },
            .idOrNull("agent_id") { $0.agent },
            .number("calls", 120) { $0.calls },
            .number("looked", 118) { $0.looked },
            .number("passed_over", 2) { $0.passedOver },
            .time("created_at") { $0.createdAt },
            .timeOrNull("finished_at") { $0.finishedAt },
        ])

    static let choice = JSONShape<AnalysisChoiceRow>(
        "AnalysisChoice",
        [
            .number("number", 1) { $0.number },
            .idOrNull("run_id") { $0.run },
            .time("from") { $0.from },
            .time("chosen_at") { $0.chosenAt },
            .number("changed", 118) { $0.changed },
            .timeOrNull("finished_at") { $0.finishedAt },
        ])

    private static let cell = JSONShape<LookComparison.Cell>(
        "AnalysisDifference",
        [
            .word("beside") { $0.beside },
            .word("here") { $0.here },
            .number("calls", 7) { $0.calls },
            .texts("examples", Examples.id) { $0.examples.map(\.description) },
        ])

    static let comparison = JSONShape<LookComparison>(
        "AnalysisComparison",
        [
            .id("run_id") { $0.run },
            .idOrNull("beside") { $0.beside },
            .number("calls", 120) { $0.calls },
            .number("both", 118) { $0.both },
            .number("only_here", 0) { $0.onlyHere },
            .number("only_beside", 2) { $0.onlyBeside },
            .objects("success", cell) { $0.cells },
            .number("intents_changed", 4) { $0.intentsChanged },
            .texts("intent_examples", Examples.id) { $0.intentExamples.map(\.description) },
            .fractionOrNull("sentiment_beside", 0.25) { $0.sentimentBeside },
            .fractionOrNull("sentiment_here", 0.25) { $0.sentimentHere },
        ])
}
