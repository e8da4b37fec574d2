package import Domain
import Loop

/// Compares what a caller came with with what is remembered of them, beside the call: nobody waits for it, and what comes of it is told
/// the agent with the next turn. On its loop alone, which is why `@unchecked` holds.
package final class FirstWords: @unchecked Sendable {
    /// So many are compared at once on a loop. Who comes on top of them goes without: words that wait for others are no first words.
    package static let pendingMax = 8

    /// Nil where nobody can say what words mean.
    package typealias Meaning = @Sendable (Private<String>) async throws -> Embedding?

    private let reader: ContextReader
    private let meaning: Meaning
    private var pending = 0

    package init(_ reader: ContextReader, _ meaning: @escaping Meaning) {
        (self.reader, self.meaning) = (reader, meaning)
    }

    /// With what the words bring to mind. Nil if that is nothing more: then nobody is asked what they mean, if all is known already.
    package func recall(
        _ words: Private<String>, beside context: CallContext, of organization: OrganizationID
    ) async throws -> CallContext? {
        guard context.hasMore, pending < Self.pendingMax else { return nil }
        pending += 1
        defer { pending -= 1 }
        guard let point = try await meaning(words) else { return nil }
        let recalled = try await reader.recall(near: point, besides: context, of: organization)
        guard !recalled.isEmpty else { return nil }
        var context = context
        context.memories += recalled
        context.embeddingSpace = point.space.name
        return context
    }
}
