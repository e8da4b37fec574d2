/// Says of each chunk of sound how likely somebody speaks in it. One serves all calls of a thread, one after the other: what it
/// works with is its own, what it remembers is each call's. Listening allocates nothing.
package final class SileroListener {
    private var desk: SileroDesk

    package init(_ network: SileroNetwork) { desk = SileroDesk(network) }

    /// The probability, from 0 to 1. There must be `SileroNetwork.chunk` samples.
    package func judge(_ samples: Span<Int16>, _ memory: inout SileroMemory) -> Float {
        precondition(samples.count == SileroNetwork.chunk, "a chunk has \(SileroNetwork.chunk) samples")
        return desk.judge(samples, &memory)
    }
}
