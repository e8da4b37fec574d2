/// How much JSON from outside may ask of us.
package struct JSONLimits: Sendable {
    /// The most objects and arrays inside each other that anything here reads or writes; one more is refused.
    package static let depthMax = 64

    /// A longer document is refused before it is looked at.
    package var bytesMax = 1 << 20

    package init() {}
}
