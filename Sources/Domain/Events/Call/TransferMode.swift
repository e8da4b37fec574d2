/// How a caller is handed over.
package enum TransferMode: String, Hashable, Sendable, CaseIterable {
    case blind
    case attended
}
