/// What a consumer is called, and which version of it this is: `calls@2`.
///
/// Versions of one name build the same thing side by side, each in tables of its own; one of them is live.
package struct ConsumerName: Hashable, Sendable, CustomStringConvertible {
    package static let lengthMax = 40

    package let name: String
    package let version: Int32

    /// Nil unless the name is 1 to 40 of `a-z 0-9 _ -` and the version is above 0.
    package init?(_ name: String, version: Int32) {
        let isWord = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard isWord, (1...Self.lengthMax).contains(name.utf8.count), version > 0 else { return nil }
        self.name = name
        self.version = version
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let version = Int32(parts[1]), String(version) == parts[1] else { return nil }
        self.init(String(parts[0]), version: version)
    }

    package func version(_ version: Int32) -> ConsumerName? { ConsumerName(name, version: version) }

    package var description: String { "\(name)@\(version)" }
}
