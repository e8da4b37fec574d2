import Wire

/// Packs response bodies and unpacks request bodies with gzip.
enum Coding {
    /// Smaller bodies gain nothing; larger ones would hold up the loop for too long, and go as they are.
    static let packedBytes = 1_024...256 * 1_024

    /// Packs the body if the client takes gzip, the type is worth it and the size is right.
    ///
    /// A response with an `ETag` goes as it is: the tag names exactly these bytes.
    static func pack(_ response: inout Response, for request: Request) {
        guard case .bytes(let bytes) = response.body, packedBytes.contains(bytes.count),
            response.contentType?.isTextLike == true, response.status != .partialContent,
            !response.headers.has(.contentEncoding), !response.headers.has(.eTag)
        else { return }
        response.headers.add(.vary, "Accept-Encoding")
        guard takesGzip(request.headers) else { return }
        response.headers.add(.contentEncoding, "gzip")
        response.body = .bytes(Gzip.compress(bytes.span, level: 2))
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
