@testable import HTTP

enum HTTPChunkLaws {
    private struct Reading: Equatable {
        var body: [UInt8] = []
        var progress = ChunkedBody.Progress.needsMore
        var length = 0
    }

    static func check(_ bytes: [UInt8]) {
        // Small limits, so that their edges are met.
        var limits = Limits.Message()
        limits.bodyBytes = 256
        limits.trailerBytes = 64
        precondition(read([bytes[...]], limits) == read(Pieces(bytes), limits), "another body in pieces")
    }

    private static func read(_ pieces: some Sequence<ArraySlice<UInt8>>, _ limits: Limits.Message) -> Reading {
        var chunks = ChunkedBody(limits)
        var reading = Reading()
        for piece in pieces {
            var index = 0
            reading.progress = chunks.read(piece.span, &index, into: &reading.body)
            reading.length += index
            precondition(reading.body.count <= limits.bodyBytes, "more than the limit was kept")
            if reading.progress != .needsMore { break }
            precondition(index == piece.count, "bytes were left although more were wanted")
        }
        return reading
    }
}
