import HTTP
import Service

/// What every answer says to browsers: which pages may read it, and that nothing else is to be made of it.
struct Manners: Sendable {
    private let origins: Set<String>
    private let isSecure: Bool

    private static let origin: HeaderName = "Origin"
    private static let allowOrigin: HeaderName = "Access-Control-Allow-Origin"
    private static let always: [(HeaderName, String)] = [
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"), (.cacheControl, "no-store"),
        ("Cross-Origin-Resource-Policy", "same-site"),
    ]
    /// All of them in one piece, for answers that say none of it themselves.
    private static let block: Headers = {
        var headers = Headers()
        for (name, value) in always { headers.add(name, value) }
        return headers
    }()

    /// `isSecure`: we are reached by HTTPS, and shall be reached by nothing else.
    init(origins: [Endpoint], isSecure: Bool) {
        self.origins = Set(origins.map { "\($0.scheme)://\($0.host)\($0.port.map { ":\($0)" } ?? "")" })
        self.isSecure = isSecure
    }

    var middleware: Middleware {
        Middleware(
            { request, next in
                let response: Response
                do { response = try await next(request) } catch let problem as Problem { response = problem.response }
                return polite(response, to: request)
            },
            atOnce: { request, next in
                let response: Response
                do { response = try next(request) } catch let problem as Problem { response = problem.response }
                return polite(response, to: request)
            })
    }

    private func polite(_ answered: Response, to request: Request) -> Response {
        var response = answered
        if Self.always.contains(where: { response.headers.has($0.0) }) {
            for (name, value) in Self.always where !response.headers.has(name) { response.headers.add(name, value) }
        } else {
            response.headers.add(Self.block)
        }
        if isSecure { response.headers.set("Strict-Transport-Security", "max-age=63072000; includeSubDomains") }
        guard !origins.isEmpty else { return response }
        response.headers.add(.vary, "Origin")
        guard let origin = request.headers[Self.origin], origins.contains(origin) else { return response }
        response.headers.set(Self.allowOrigin, origin)
        response.headers.set(
            "Access-Control-Expose-Headers",
            "ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID")
        if request.method == .options, request.headers.has("Access-Control-Request-Method") {
            response.headers.set("Access-Control-Allow-Methods", response.headers[.allow] ?? "GET")
            response.headers.set(
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, X-Request-ID")
            response.headers.set("Access-Control-Max-Age", "600")
        }
        return response
    }
}
