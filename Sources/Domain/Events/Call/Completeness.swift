/// Did the caller's words sound finished?
package enum Completeness: String, Hashable, Sendable, CaseIterable {
    case complete
    case open
    case unclear
}
