import Wire

/// permessage-deflate without context takeover (RFC 7692): every message is packed by itself, so that all WebSockets of a
/// loop share one pair of zlib states instead of having 300 KiB each.
///
/// Confined to one loop. The states are made when first needed.
package final class MessageCompression {
    /// What a flush leaves at the end, and the extension leaves out on the wire.
    private static let tail: [UInt8] = [0, 0, 0xff, 0xff]

    private var states: States?

    /// In a class of its own because an optional noncopyable value cannot be changed in place.
    private final class States {
        var inflater = Inflater(.raw)
        var deflater = Deflater(.raw, level: 1)
    }

    package init() {}

    private var made: States {
        if let states { return states }
        let fresh = States()
        states = fresh
        return fresh
    }

    /// Unpacks one message onto `output`, which grows to `limit` at most.
    func unpack(_ message: Span<UInt8>, onto output: inout ByteQueue, limit: Int) throws(CompressionError) {
        let states = made
        states.inflater.reset()
        try states.inflater.inflate(message, onto: &output, limit: limit)
        try states.inflater.inflate(Self.tail.span, onto: &output, limit: limit)
    }

    /// Packs one message and lends what goes on the wire.
    func packed(_ message: Span<UInt8>, _ use: (Span<UInt8>) -> Void) {
        let states = made
        var output = ByteQueue()
        states.deflater.reset()
        states.deflater.deflate(message, onto: &output, ending: .flush)
        use(output.bytes.extracting(first: output.count - Self.tail.count))
    }
}
