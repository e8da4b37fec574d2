/// The items of a target's query, decoded, in their order.
package struct Query: Sendable {
    package struct Item: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let items: [Item]

    package var isEmpty: Bool { items.isEmpty }

    /// The first value of a name.
    package subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    package func values(of name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// From what follows the `?`, or from a form's body; nil when an item's encoding is broken.
    package init?(_ encoded: some Collection<UInt8>) {
        var items: [Item] = []
        for part in encoded.split(separator: UInt8(ascii: "&")) {
            let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let valueStart = end == part.endIndex ? end : part.index(after: end)
            guard let name = PercentCoding.decode(part[..<end], plusIsSpace: .isSpace),
                let value = PercentCoding.decode(part[valueStart...], plusIsSpace: .isSpace)
            else { return nil }
            items.append(Item(name: name, value: value))
        }
        self.items = items
    }
}
