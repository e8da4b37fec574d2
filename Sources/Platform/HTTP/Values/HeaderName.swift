/// The name of a header: a token of RFC 9110 §5.1, compared without regard to case.
package struct HeaderName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// As it is sent.
    package let text: String

    /// A name from outside; nil when it is no token.
    package init?(_ text: String) {
        guard Self.isValid(text) else { return nil }
        self.text = text
    }

    /// A name in the source; one that is no token is a bug.
    package init(stringLiteral text: String) {
        precondition(Self.isValid(text), "no header name: \(text)")
        self.text = text
    }

    private static func isValid(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(Text.isToken) }

    package static func == (left: HeaderName, right: HeaderName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8) { Text.lowercased($0) == Text.lowercased($1) }
    }

    package func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(Text.lowercased(byte)) }
    }

    package var description: String { text }

    package static let accept: HeaderName = "Accept"
    package static let acceptEncoding: HeaderName = "Accept-Encoding"
    package static let acceptRanges: HeaderName = "Accept-Ranges"
    package static let allow: HeaderName = "Allow"
    package static let authorization: HeaderName = "Authorization"
    package static let cacheControl: HeaderName = "Cache-Control"
    package static let contentEncoding: HeaderName = "Content-Encoding"
    package static let contentLength: HeaderName = "Content-Length"
    package static let contentRange: HeaderName = "Content-Range"
    package static let contentType: HeaderName = "Content-Type"
    package static let eTag: HeaderName = "ETag"
    package static let host: HeaderName = "Host"
    package static let ifMatch: HeaderName = "If-Match"
    package static let ifModifiedSince: HeaderName = "If-Modified-Since"
    package static let ifNoneMatch: HeaderName = "If-None-Match"
    package static let ifRange: HeaderName = "If-Range"
    package static let lastModified: HeaderName = "Last-Modified"
    package static let location: HeaderName = "Location"
    package static let range: HeaderName = "Range"
    package static let retryAfter: HeaderName = "Retry-After"
    package static let vary: HeaderName = "Vary"
}
