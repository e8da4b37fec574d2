/// What a handler answers.
///
/// The server itself writes `Content-Length`, `Transfer-Encoding`, `Connection` and `Date`; headers of these names are not
/// sent, because two truths about a message's length are how requests are smuggled.
package struct Response: Sendable {
    package var status: Status
    package var contentType: ContentType?
    package var headers: Headers
    package var body: Body

    package init(
        _ status: Status = .ok, _ contentType: ContentType? = nil, headers: Headers = Headers(), body: Body = .empty
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    package static func json(_ bytes: [UInt8], status: Status = .ok) -> Response {
        Response(status, .json, body: .bytes(bytes))
    }

    package static func text(_ text: String, status: Status = .ok) -> Response {
        Response(status, .plain, body: .bytes(Array(text.utf8)))
    }

    package static func redirect(_ status: Status, to location: String) -> Response {
        Response(status, headers: Headers([.location: location]))
    }

    package static func stream(_ contentType: ContentType, _ stream: BodyStream) -> Response {
        Response(.ok, contentType, body: .stream(stream))
    }

    /// The same response with one more header.
    package func with(_ name: HeaderName, _ value: String) -> Response {
        var response = self
        response.headers.set(name, value)
        return response
    }
}
