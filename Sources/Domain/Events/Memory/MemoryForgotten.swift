/// `memory.forgotten`: a memory is no longer to be used.
package struct MemoryForgotten: Hashable, Sendable {
    package var memory: MemoryID
    package var reason: ForgettingReason
    package var provenance: Provenance?

    package init(memory: MemoryID, reason: ForgettingReason, provenance: Provenance? = nil) {
        self.memory = memory
        self.reason = reason
        self.provenance = provenance
    }
}
