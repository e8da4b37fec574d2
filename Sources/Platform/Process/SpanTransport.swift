import HTTP
import Loop
import Service

/// Carries batches of spans to a collector over HTTP.
enum SpanTransport {
    static let deadline = Duration.seconds(10)

    static func over(_ client: HTTPClient, to endpoint: Endpoint) -> SpanExporter.Transport {
        { body, headers in
            var request = ClientRequest(.post, endpoint.revealed, body: .bytes(body))
            request.headers.add(.contentType, "application/json")
            for header in headers {
                if let name = HeaderName(header.name) { request.headers.add(name, header.value.revealed) }
            }
            request.deadlines.total = deadline
            request.repetition = .allowed
            request.responseBytesMax = 1 << 20
            let response = try await client.send(request)
            // Read to its end, so that the connection can serve the next batch.
            _ = try await response.body.whole()
            let wish = response.headers[.retryAfter].flatMap { Int($0) }.map { Duration.seconds($0) }
            return .answered(status: Int(response.status.rawValue), retryAfter: wish)
        }
    }
}
