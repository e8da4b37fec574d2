/// `memory.corrected`: a memory was put right.
package struct MemoryCorrected: Hashable, Sendable {
    package var memory: MemoryID
    package var content: Private<String>
    package var provenance: Provenance?

    package init(memory: MemoryID, content: Private<String>, provenance: Provenance? = nil) {
        self.memory = memory
        self.content = content
        self.provenance = provenance
    }
}
