/// Names one version of something's bytes, strongly (RFC 9110 §8.8.3).
///
/// What is named is sent as it is or packed, and each of the two has a tag of its own, since a part of one is no part of the
/// other. Only the server makes the second, from the first; conditions hold for either.
package struct EntityTag: Hashable, Sendable {
    /// As it is sent, in quotes.
    package let text: String

    /// From what stands between the quotes: visible ASCII without quotes and commas.
    package init(_ opaque: String) {
        precondition(Self.isOpaque(opaque), "no entity tag: \(opaque)")
        text = "\"\(opaque)\""
    }

    /// From the value of an `ETag` header; nil when that is weak, or no tag.
    init?(header: String) {
        guard header.utf8.count >= 2, header.hasPrefix("\""), header.hasSuffix("\""),
            Self.isOpaque(header.dropFirst().dropLast())
        else { return nil }
        text = header
    }

    /// From which file it is, how long, and when it was changed.
    init(file: UInt64, size: Int, modified: Int64) {
        self.init(
            [String(file, radix: 16), String(size, radix: 16), String(modified, radix: 16)].joined(separator: "-"))
    }

    private static func isOpaque(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: ",") }
    }

    /// The same version, packed with gzip.
    var packed: EntityTag { EntityTag("\(text.dropFirst().dropLast())-gzip") }

    /// Whether an `If-None-Match` list names it. Weak tags count: for reading again that is enough.
    package func isNamed(in list: String) -> Bool {
        Self.elements(of: list).contains { $0 == "*" || isExactly($0) || packed.isExactly($0) }
    }

    /// Whether an `If-Match` list names it. Weak tags do not count: something is about to be changed.
    package func isNamedStrongly(in list: String) -> Bool {
        Self.elements(of: list).contains { $0 == "*" || $0 == text || $0 == packed.text }
    }

    /// Whether an `If-None-Match` list names the packed bytes and not the others.
    func isNamedPackedOnly(in list: String) -> Bool {
        let elements = Self.elements(of: list)
        return elements.contains(where: packed.isExactly) && !elements.contains { $0 == "*" || isExactly($0) }
    }

    private func isExactly(_ element: String) -> Bool { element == text || element == "W/" + text }

    private static func elements(of list: String) -> [String] {
        list.split(separator: ",").map { String($0).trimmingBlanks }
    }
}
