/// What kind of place a process runs in; it decides how strict the settings are.
package enum Environment: String, CaseIterable, Sendable {
    /// Refuses to start without its secrets, or with the ones everybody knows.
    case production
    case development
    case test
}
