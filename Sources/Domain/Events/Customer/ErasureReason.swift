/// Why a person is forgotten.
package enum ErasureReason: String, Hashable, Sendable, CaseIterable {
    case requested
    case retentionEnded = "retention_ended"
}
