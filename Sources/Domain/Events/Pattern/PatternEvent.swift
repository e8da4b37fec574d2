/// What happens to a pattern.
package enum PatternEvent: Hashable, Sendable {
    case patternLearned(PatternLearned)
    case patternReinforced(PatternReinforced)
    case patternRetired(PatternRetired)

    package var type: EventType {
        switch self {
        case .patternLearned: .patternLearned
        case .patternReinforced: .patternReinforced
        case .patternRetired: .patternRetired
        }
    }
}
