/// Providers of one kind, in the order in which they are tried.
struct Chain<Link: Hashable & Sendable>: Hashable, Sendable {
    let links: [Link]
    private(set) var place = 0

    init(_ links: [Link]) { self.links = links }

    /// Nil if there is none, or all have failed.
    var current: Link? { links.indices.contains(place) ? links[place] : nil }

    /// The next one after `link` failed; nil if none is left. Who fails late does not push on those who were tried since.
    mutating func failed(_ link: Link) -> Link? {
        if current == link { place += 1 }
        return current
    }

    /// From the first one on again.
    mutating func reset() { place = 0 }
}
