/// What a provider does for us.
package enum ProviderKind: String, Hashable, Sendable, CaseIterable {
    case transcription
    case model
    case voice
    case sentiment
    case embedding
    case telephony
}
