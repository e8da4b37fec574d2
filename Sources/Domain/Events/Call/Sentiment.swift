/// How the caller seems to feel.
package enum Sentiment: String, Hashable, Sendable, CaseIterable {
    case positive
    case neutral
    case negative
    case frustrated
}
