import Crypto
package import Domain
package import Wire

/// Something that is to be remembered of a customer, whoever says so.
package struct MemoryLesson: Hashable, Sendable {
    package var content: Private<String>
    package var kind: MemoryKind
    package var relevance: Fraction?
    package var metadata: Private<Freeform>?
    /// None if a person wrote it.
    package var provenance: Provenance?
    /// The event that taught it; none if nobody will ever teach it again. What is taught twice is remembered once.
    package var origin: EventID?
    /// When it was said; none if it is told now.
    package var saidAt: Timestamp?
    /// How like it what is known is, where that was reckoned.
    package var likeness: [MemoryID: Double] = [:]

    package init(
        _ content: Private<String>, _ kind: MemoryKind, relevance: Fraction? = nil, metadata: Private<Freeform>? = nil,
        provenance: Provenance? = nil, origin: EventID? = nil
    ) {
        (self.content, self.kind, self.relevance, self.metadata) = (content, kind, relevance, metadata)
        (self.provenance, self.origin) = (provenance, origin)
    }

    var memory: MemoryID { MemoryID(id("memory")) }

    /// The ids of what is written because of it follow from what taught it, so that the log knows them again.
    func id(_ part: String) -> UUID {
        guard let origin else { return UUID.v7() }
        let digest = HashFunction.sha256.digest(of: Array("\(part):\(origin)".utf8))
        var value: UInt128 = 0
        for byte in digest.prefix(16) { value = value << 8 | UInt128(byte) }
        // Version 8 of RFC 9562, whose bits are ours to choose.
        return UUID(value: value & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62)
    }
}

extension MemoryLesson {
    /// What the tool `remember` was asked to keep: a text, what it is about, its kind, what is to stand beside it. Nil for arguments
    /// without a text; metadata that is none, or too much, is left out.
    package init?(asked use: ToolCalled, at version: Int32, of call: CallID, _ origin: EventID, heard: [EventID]) {
        let asked = use.arguments.revealed
        guard case .string(let text)? = asked["text"] else { return nil }
        var content = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if case .string(let about)? = asked["about"] {
            let label = about.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let isSaid = content.lowercased().hasPrefix(label.lowercased() + ":")
            if !label.isEmpty, label.count <= MemoryJudge.labelLength, !isSaid { content = "\(label): \(content)" }
        }
        guard MemoryDesk.contentLength.contains(content.count) else { return nil }
        var kind = MemoryKind.fact
        if case .string(let word)? = asked["kind"], let named = MemoryKind(rawValue: word),
            MemoryKind.toldByAgents.contains(named)
        {
            kind = named
        }
        var metadata: Private<Freeform>?
        if let beside = asked["metadata"], case .object = beside, MemoryDesk.mayKeep(beside) {
            metadata = Private(beside)
        }
        self.init(
            Private(content), kind, metadata: metadata,
            provenance: Provenance(call: call, version: Int(version), events: heard + [origin]), origin: origin)
    }
}
