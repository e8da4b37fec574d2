import Wire

/// Packs a long body while it is sent: piece by piece in, whatever came out of it out.
///
/// One owner, one body. A class because a response's writer is one, and cannot hold a noncopyable optional it changes.
final class BodyPacker {
    /// What is packed at a time: a fraction of a millisecond.
    static let pieceBytes = 32 * 1_024

    private var deflater: Deflater
    private var output = ByteQueue()

    init(level: Int32) { deflater = Deflater(.gzip, level: level) }

    /// What there is to send after `piece`: nothing, while zlib gathers.
    func pack(_ piece: Span<UInt8>) -> [UInt8] {
        deflater.deflate(piece, onto: &output, ending: .more)
        return takeOutput()
    }

    func finish() -> [UInt8] {
        deflater.deflate([UInt8]().span, onto: &output, ending: .finish)
        return takeOutput()
    }

    private func takeOutput() -> [UInt8] {
        defer { output.removeAll() }
        return output.copied()
    }
}
