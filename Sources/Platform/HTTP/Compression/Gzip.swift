import Wire

/// gzip for HTTP bodies: whole bodies in, whole bodies out. `BodyPacker` is for those that are too long for that.
package enum Gzip {
    package static func compress(_ bytes: Span<UInt8>, level: Int32 = 6) -> [UInt8] {
        var deflater = Deflater(.gzip, level: level)
        var output = ByteQueue()
        deflater.deflate(bytes, onto: &output, ending: .finish)
        return output.copied()
    }

    /// The unpacked body, if it is not longer than `limit`. Several members in a row count as one body.
    package static func decompress(_ bytes: Span<UInt8>, limit: Int) throws(CompressionError) -> [UInt8] {
        var inflater = Inflater(.gzip)
        var output = ByteQueue()
        try inflater.inflate(bytes, onto: &output, limit: limit)
        guard inflater.isAtEnd else { throw .truncated }
        return output.copied()
    }
}
