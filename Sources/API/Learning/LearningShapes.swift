import Domain
import Store
import Wire

/// How memories and patterns are written.
enum LearningShapes {
    static let components = [
        memory.component, found.component, pattern.component, foundPattern.component,
    ]

    private static let provenance = JSONShape<Provenance>(
        "Provenance",
        [
            .id("call_id") { $0.call },
            .number("version", 17) { Int64($0.version) },
            .texts("event_ids", Examples.id) { $0.events.map(\.description) },
        ])

    private static let memoryMembers: [JSONShape<MemoryRow>.Member] = [
        .id("id") { $0.id },
        .id("customer_id") { $0.customer },
        .word("kind") { $0.kind },
        .text("content", "Prefers to be called in the morning.") { $0.content.revealed },
        .fractionOrNull("relevance", 0.8) { $0.relevance?.value },
        .objectOrNull("provenance", provenance) { $0.provenance },
        .document("metadata", .object([("order", .string("4711"))])) { $0.metadata?.revealed },
        .time("created_at") { $0.createdAt },
        .time("updated_at") { $0.updatedAt },
    ]

    static let memory = JSONShape<MemoryRow>("Memory", memoryMembers)
    static let found = JSONShape<MemoryRow>(
        "FoundMemory", memoryMembers + [.fractionOrNull("similarity", 0.5) { $0.similarity?.value }])

    private static let patternMembers: [JSONShape<PatternRow>.Member] = [
        .id("id") { $0.id },
        .number("version", 2) { Int64($0.version) },
        .text("pattern_type", "opening") { $0.kind },
        .text("summary", "Naming the last order first helps.") { $0.summary.revealed },
        .anything("details", .object(JSONObject())) { $0.details },
        .idOrNull("agent_id") { $0.agent },
        .fractionOrNull("success_rate", 0.7) { $0.successRate?.value },
        .fractionOrNull("success_low", 0.42) { $0.confidence?.low },
        .fractionOrNull("success_high", 0.89) { $0.confidence?.high },
        .number("uses", 12) { $0.uses },
        .flag("offered") { $0.isOffered },
        .objectOrNull("provenance", provenance) { $0.provenance },
        .wordOrNull("retired_reason") { $0.retired },
        .timeOrNull("retired_at") { $0.retiredAt },
        .time("created_at") { $0.createdAt },
        .time("updated_at") { $0.updatedAt },
    ]

    static let pattern = JSONShape<PatternRow>("Pattern", patternMembers)
    static let foundPattern = JSONShape<PatternRow>(
        "FoundPattern", patternMembers + [.fractionOrNull("similarity", 0.5) { $0.similarity?.value }])
}
