package import Domain

/// What a recorded event says.
package enum DecodedEvent: Hashable, Sendable {
    case fact(Fact)
    /// What is left of it without its key is too little to be read.
    case sealed(EventType)
    /// Of a type that this release does not know, since a later one wrote it: to be counted and passed over.
    case unknown(type: String)
}
