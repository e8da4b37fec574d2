/// What the network remembers of one call: a value of 1,152 bytes, and a new call's is all zeros.
package struct SileroMemory: Sendable {
    /// What the cells say, what they hold, and the last sound, which the next chunk begins with.
    var values = [Float](repeating: 0, count: 2 * SileroNetwork.cells + SileroNetwork.context)

    package init() {}
}
