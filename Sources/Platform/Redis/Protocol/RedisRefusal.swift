/// What Redis answered instead of doing what it was told.
package struct RedisRefusal: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The first word: `ERR`, `WRONGTYPE`, `NOSCRIPT`, `BUSYGROUP`, `WRONGPASS`, `NOPERM`, `OOM`, `LOADING`, …
    package let kind: String
    /// The whole sentence. Redis may repeat arguments in it, so it is no text for logs.
    package let text: String

    package init(_ text: String) {
        let word = text.prefix { $0 != " " }
        let isKind = !word.isEmpty && word.utf8.count <= 32 && word.utf8.allSatisfy(Self.isKindByte)
        kind = isKind ? String(word) : "ERR"
        self.text = text
    }

    /// Only the kind: the sentence may quote what the command carried.
    package var description: String { kind }
    package var customMirror: Mirror { Mirror(self, children: ["kind": kind]) }

    private static func isKindByte(_ byte: UInt8) -> Bool { (0x41...0x5a).contains(byte) }
}
