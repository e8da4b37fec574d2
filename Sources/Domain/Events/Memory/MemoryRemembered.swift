/// `memory.remembered`: something about a customer is worth keeping.
package struct MemoryRemembered: Hashable, Sendable {
    package var memory: MemoryID
    package var kind: MemoryKind
    package var content: Private<String>
    package var relevance: Fraction?
    /// None if a person wrote it.
    package var provenance: Provenance?
    /// What whoever wrote it wants to find beside it again.
    package var metadata: Private<Freeform>?

    package init(
        memory: MemoryID, kind: MemoryKind, content: Private<String>, relevance: Fraction? = nil,
        provenance: Provenance? = nil, metadata: Private<Freeform>? = nil
    ) {
        self.memory = memory
        self.kind = kind
        self.content = content
        self.relevance = relevance
        self.provenance = provenance
        self.metadata = metadata
    }
}
