/// Bytes of which any part can be had: answers conditions and a single range, whatever the bytes are made of.
package struct RangedContent: Sendable {
    /// Fewer than were asked for when there are fewer by now.
    package typealias Read = @Sendable (Range<Int>) async throws -> [UInt8]

    package static let pieceBytesUsual = 64 << 10

    let size: Int
    let tag: EntityTag
    let modified: HTTPDate
    /// Up to this size they are read at once; more are streamed in pieces, which end at whole multiples of it.
    let pieceBytes: Int
    let read: Read

    package init(
        size: Int, tag: EntityTag, modifiedAt seconds: Int64, pieceBytes: Int = pieceBytesUsual, read: @escaping Read
    ) {
        self.init(size: size, tag: tag, modified: HTTPDate(seconds: seconds), pieceBytes: pieceBytes, read: read)
    }

    init(
        size: Int, tag: EntityTag, modified: HTTPDate, pieceBytes: Int = pieceBytesUsual, read: @escaping Read
    ) {
        (self.size, self.tag, self.modified, self.pieceBytes, self.read) = (size, tag, modified, pieceBytes, read)
    }

    /// `plain` with what the request wants of them, and the headers that say so.
    package func response(to request: Request, _ plain: Response) async throws -> Response {
        var response = plain
        response.headers.add(.eTag, tag.text)
        response.headers.add(.lastModified, modified.text)
        if isUnchanged(request.headers) {
            response.status = .notModified
            response.contentType = nil
            return response
        }
        response.headers.add(.acceptRanges, "bytes")
        response.headers.add("X-Content-Type-Options", "nosniff")
        switch range(in: request) {
        case .unsatisfiable:
            var problem = Problem(.rangeNotSatisfiable, "range_not_satisfiable")
            problem.headers.set(.contentRange, "bytes */\(size)")
            return problem.response
        case .whole: response.body = try await body(0..<size, request.method)
        case .part(let range):
            response.status = .partialContent
            response.headers.add(.contentRange, "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)")
            response.body = try await body(range, request.method)
        }
        return response
    }

    private func isUnchanged(_ headers: Headers) -> Bool {
        let tags = headers.values(of: .ifNoneMatch)
        if !tags.isEmpty { return tag.isNamed(in: tags.joined(separator: ",")) }
        guard let since = headers[.ifModifiedSince].flatMap({ HTTPDate($0) }) else { return false }
        return modified <= since
    }

    /// A range counts for GET, and only while the bytes are still what the client has the rest of (`If-Range`).
    private func range(in request: Request) -> ByteRange {
        guard request.method == .get else { return .whole }
        if let condition = request.headers[.ifRange], condition != tag.text, condition != modified.text {
            return .whole
        }
        return ByteRange(request.headers[.range], size: size)
    }

    private func body(_ range: Range<Int>, _ method: Method) async throws -> Body {
        if method == .get, range.count <= pieceBytes {
            let bytes = try await read(range)
            // What was cut short meanwhile must not look whole.
            guard bytes.count == range.count else {
                throw ResponseWriter.LengthBroken(missing: range.count - bytes.count)
            }
            return .bytes(bytes)
        }
        return .stream(
            BodyStream(length: range.count) { [read, pieceBytes] writer in
                var start = range.lowerBound
                while start < range.upperBound {
                    let end = min((start / pieceBytes + 1) * pieceBytes, range.upperBound)
                    let bytes = try await read(start..<end)
                    if bytes.isEmpty { return }
                    try await writer.write(bytes)
                    start += bytes.count
                }
            })
    }
}
