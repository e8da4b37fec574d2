/// What sort of thing we remember.
package enum MemoryKind: String, Hashable, Sendable, CaseIterable {
    case fact
    case preference
    case issue
    case promise
    /// How the caller felt when they called last.
    case sentiment
    case summary

    /// What an agent may be asked to keep. How somebody felt is learned from what was scored, not from what an agent thinks of it.
    package static let toldByAgents = allCases.filter { $0 != .sentiment }
}
