import Wire

/// Packs response bodies and unpacks request bodies with gzip.
enum Coding {
    /// Smaller bodies gain nothing.
    static let packedBytesMin = 1_024
    /// Larger ones would hold up the loop for too long, and are packed in pieces while they are sent.
    static let packedAtOnceMax = 256 * 1_024
    /// Fast: a loop has other things to do.
    static let level: Int32 = 2

    /// Packs the body if the client takes gzip, the type is worth it and it is long enough; and answers with 304 what the
    /// client has already, whichever of the two it has.
    ///
    /// Packed bytes have a tag of their own. What is packed already, a part of something, and a feed go as they are.
    static func pack(_ response: inout Response, for request: Request) {
        let isWorthIt = isWorthPacking(response)
        if isWorthIt, !response.headers.lists("accept-encoding", in: .vary) {
            response.headers.add(.vary, "Accept-Encoding")
        }
        let tag = response.headers.isEmpty ? nil : response.headers[.eTag].flatMap { EntityTag(header: $0) }
        if let tag, answersCondition(tag, &response, request) { return }
        guard isWorthIt, takesGzip(request.headers) else { return }
        response.headers.add(.contentEncoding, "gzip")
        response.headers.remove(.acceptRanges)
        if let tag { response.headers.set(.eTag, tag.packed.text) }
        switch response.body {
        case .bytes(let bytes) where bytes.count <= packedAtOnceMax:
            response.body = .bytes(Gzip.compress(bytes.span, level: level))
        case .bytes(let bytes):
            response.body = .stream(BodyStream { try await $0.packing(bytes.count) { try await $0.write(bytes) } })
        case .stream(let stream):
            guard let length = stream.length else { preconditionFailure("a feed was to be packed") }
            response.body = .stream(BodyStream { try await $0.packing(length, stream.produce) })
        case .empty, .text, .webSocket: preconditionFailure("nothing was to be packed")
        }
    }

    private static func isWorthPacking(_ response: Response) -> Bool {
        switch response.body {
        case .bytes(let bytes): if bytes.count < packedBytesMin { return false }
        case .stream(let stream):
            // Without a length it may be a feed, whose pieces are to arrive as they come.
            guard let length = stream.length, length >= packedBytesMin, stream.atDrain == .goesOn else { return false }
        case .empty, .text, .webSocket: return false
        }
        return response.contentType?.isTextLike == true && response.status != .partialContent
            && !response.headers.has(.contentEncoding)
    }

    /// `If-None-Match` (RFC 9110 §13.1.2), for handlers that leave it to us and for those that have answered 304 themselves.
    private static func answersCondition(_ tag: EntityTag, _ response: inout Response, _ request: Request) -> Bool {
        let isRead = request.method == .get || request.method == .head
        guard isRead, response.status == .ok || response.status == .notModified else { return false }
        let list = request.headers.values(of: .ifNoneMatch).joined(separator: ",")
        guard !list.isEmpty, tag.isNamed(in: list) else { return response.status == .notModified }
        if tag.isNamedPackedOnly(in: list) { response.headers.set(.eTag, tag.packed.text) }
        response.status = .notModified
        response.contentType = nil
        response.body = .empty
        return true
    }

    static func takesGzip(_ headers: Headers) -> Bool {
        headers.values(of: .acceptEncoding).joined(separator: ",").split(separator: ",").contains { element in
            let parts = element.split(separator: ";").map { String($0).trimmingBlanks.lowercased() }
            guard parts.first == "gzip" else { return false }
            // "q=0", in any number of zeros, means that it is not wanted.
            return !parts.dropFirst().contains { $0.hasPrefix("q=") && Double($0.dropFirst(2)) == 0 }
        }
    }

    /// Unpacks a request's body in place; what it unpacks to is bounded like any other body.
    static func unpack(_ request: inout Request, limit: Int) throws(RequestFault) {
        guard !request.body.isEmpty, let coding = request.headers[.contentEncoding]?.lowercased() else { return }
        switch coding {
        case "identity": return
        case "gzip", "x-gzip":
            do throws(CompressionError) {
                request.body = try Gzip.decompress(request.body.span, limit: limit)
            } catch {
                if case .tooLarge = error { throw .bodyTooLarge }
                throw .badContentCoding
            }
            request.headers.remove(.contentEncoding)
        default: throw .unsupportedContentCoding
        }
    }
}
