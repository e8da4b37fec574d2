package import Domain
package import Wire

/// What is known of the other side of a call when it begins, and what has worked in calls like it.
package struct CallContext: Hashable, Sendable {
    /// Memories that an agent is given. More would not be read, but paid for.
    package static let memoriesMax = 8
    /// Patterns, likewise.
    package static let patternsMax = 3
    /// Memories that the caller's first words may bring to mind besides.
    package static let recalledMax = 3
    /// What is less like those words has nothing to do with them.
    package static let recallSimilarityMin = 0.3
    /// Letters of one memory or pattern that an agent is given.
    package static let lineLength = 400
    /// Where the local agent looks, and a model reads.
    package static let heading = "What is known of the customer:"
    package static let patternsHeading = "What has worked in calls like this:"

    package struct Memory: Hashable, Sendable {
        package var id: MemoryID
        package var kind: MemoryKind
        package var content: Private<String>
        /// Of the stream of memories, when this one was written; none for rows of an earlier release.
        package var version: Int?
        package var toldAt: Timestamp
        /// To the nearest standing question, or to the caller's first words; none if that was not reckoned.
        package var similarity: Score?

        package init(
            id: MemoryID, kind: MemoryKind, content: Private<String>, version: Int? = nil, toldAt: Timestamp,
            similarity: Score? = nil
        ) {
            (self.id, self.kind, self.content) = (id, kind, content)
            (self.version, self.toldAt, self.similarity) = (version, toldAt, similarity)
        }
    }

    package struct Pattern: Hashable, Sendable {
        package var id: PatternID
        package var summary: Private<String>
    }

    package var customer: CustomerID?
    package var name: Private<String>?
    package var memories: [Memory] = []
    /// There are memories that are not among these.
    package var hasMore = false
    package var patterns: [Pattern] = []
    /// In which similarities were reckoned.
    package var embeddingSpace: String?

    package init() {}

    /// As the log has it.
    package func event(took: Milliseconds) -> ContextLoaded {
        ContextLoaded(
            memories: memories.map { RecalledMemory(memory: $0.id, version: $0.version, similarity: $0.similarity) },
            patterns: patterns.map { RecalledPattern(pattern: $0.id) }, took: took, embeddingSpace: embeddingSpace,
            customer: customer, outcome: .loaded)
    }

    /// As an agent reads it; empty if there is nothing to tell. A memory is one line, whatever somebody once said: it begins no
    /// paragraph, and so no heading.
    package var text: Private<String> {
        var paragraphs: [String] = []
        let known = (name.map { ["Name: " + Self.line($0)] } ?? []) + memories.map { Self.line($0.content) }
        if !known.isEmpty { paragraphs.append(([Self.heading] + known).joined(separator: "\n")) }
        if !patterns.isEmpty {
            let lines = patterns.map { Self.line($0.summary) }
            paragraphs.append(([Self.patternsHeading] + lines).joined(separator: "\n"))
        }
        return Private(paragraphs.joined(separator: "\n\n"))
    }

    private static func line(_ text: Private<String>) -> String {
        String(text.revealed.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(lineLength))
    }

    /// As the tool `lookup_customer` answers.
    package var answer: Freeform {
        guard customer != nil else { return .object(["known": .bool(false)]) }
        var members: [String: Freeform] = ["known": .bool(true)]
        members["name"] = name.map { .string($0.revealed) }
        members["memories"] = .array(
            memories.map {
                .object([
                    "kind": .string($0.kind.rawValue), "text": .string($0.content.revealed),
                    "since": .string($0.toldAt.description),
                ])
            })
        return .object(members)
    }
}
