/// How lines look.
package enum LogFormat: String, CaseIterable, Sendable {
    /// Coloured on a terminal, JSON elsewhere.
    case auto
    case json
    case human
}
