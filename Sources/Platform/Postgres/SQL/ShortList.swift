/// A list that is mostly short: its first elements lie in the value itself, and only those beyond in memory of their own.
struct ShortList<Element: BitwiseCopyable & Sendable>: Sendable {
    /// How many elements cost no memory of their own.
    static var inlineCount: Int { 4 }

    private(set) var count = 0
    private var first: InlineArray<4, Element>
    private var rest: [Element] = []

    /// `filler` stands where nothing is yet; it is never seen.
    init(filler: Element) { first = InlineArray(repeating: filler) }

    mutating func reserve(_ count: Int) {
        if count > Self.inlineCount { rest.reserveCapacity(count - Self.inlineCount) }
    }

    mutating func append(_ element: Element) {
        if count < Self.inlineCount { first[count] = element } else { rest.append(element) }
        count += 1
    }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "outside the list")
        return index < Self.inlineCount ? first[index] : rest[index - Self.inlineCount]
    }
}
