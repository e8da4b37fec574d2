/// `memory.corrected`: a memory was put right.
package struct MemoryCorrected: Hashable, Sendable {
    package var memory: MemoryID
    package var content: Private<String>
    package var provenance: Provenance?
    /// In place of what was there; none leaves it.
    package var metadata: Private<Freeform>?

    package init(
        memory: MemoryID, content: Private<String>, provenance: Provenance? = nil, metadata: Private<Freeform>? = nil
    ) {
        self.memory = memory
        self.content = content
        self.provenance = provenance
        self.metadata = metadata
    }
}
