/// What sort of thing we remember.
package enum MemoryKind: String, Hashable, Sendable, CaseIterable {
    case fact
    case preference
    case issue
    case promise
    case summary
}
