import HTTP
import Wire

/// How a route is described, and what its query takes.
struct RouteWords: Sendable {
    /// The operation's name for those who generate clients, such as `list_calls`.
    let name: String
    let summary: String
    let tag: String
    var description = ""
    var query: [QueryItem] = []
    let answers: [RouteDocumentation.Answer]

    init(
        _ name: String, _ summary: String, tag: String, description: String = "", query: [QueryItem] = [],
        answers: RouteDocumentation.Answer...
    ) {
        self.name = name
        self.summary = summary
        self.tag = tag
        self.description = description
        self.query = query
        self.answers = answers
    }

    /// With everything that follows from the kind of route.
    func documentation(
        _ method: Method, _ pattern: PathPattern, access: RouteDocumentation.Access, body: (Schema, JSONValue)? = nil
    ) -> RouteDocumentation {
        var document = RouteDocumentation(summary, description: description, tags: [tag])
        document.name = name
        document.query = query.flatMap(\.parameters)
        document.access = access
        document.body = body?.0
        document.bodyExample = body?.1
        document.answers = answers
        func refuses(_ status: Status, _ words: String) {
            guard !document.answers.contains(where: { $0.status == status }) else { return }
            // The first code is the example's.
            let example = Problem(status, String(words.prefix { $0.isLowercase || $0 == "_" }))
            document.answers.append(
                .init(status, words, .named("Problem"), contentType: .problem, example: example.tree))
        }
        var isKeyed = false
        if case .bearer = access { isKeyed = method == .post || method == .patch }
        var malformed: [String] = []
        if !query.isEmpty { malformed += ["invalid_parameter", "invalid_cursor"] }
        if body != nil { malformed.append("malformed_json") }
        if isKeyed { malformed.append("invalid_idempotency_key") }
        if !malformed.isEmpty { refuses(.badRequest, malformed.joined(separator: ", ")) }
        if body != nil {
            refuses(.contentTooLarge, "body_too_large")
            refuses(.unsupportedMediaType, "unsupported_media_type: it is not application/json")
            refuses(.unprocessableContent, "invalid_body, or idempotency_key_reused with another body")
        }
        refuses(
            .serviceUnavailable, "database_unavailable or busy: `Retry-After` says when to come again")
        if case .bearer(let scope) = access {
            refuses(.unauthorized, "unauthorized: no token or key, or none that is good")
            refuses(.tooManyRequests, "too_many_requests: `Retry-After` says when to come again")
            if let scope { refuses(.forbidden, "forbidden: the scope \(scope) is missing") }
            if pattern.description.contains("{") { refuses(.notFound, "not_found: none of the organization's") }
            if method != .get, document.answers.contains(where: { $0.status == .preconditionFailed }) {
                document.headers.append(
                    .init("If-Match", .string, "The `ETag` of what was read: what has changed since is left alone."))
            }
            if isKeyed {
                document.headers.append(
                    .init(
                        "Idempotency-Key", .text(in: 1...Idempotency.keyMax, matching: "[!-~]+"),
                        "The same request under the same key has its effect once and its answer again, for a day."))
                refuses(.conflict, "idempotency_in_progress: the same request is being answered")
            }
        }
        return document
    }
}

extension Problem {
    /// As a document, for examples.
    fileprivate var tree: JSONValue {
        .object([
            ("type", .string(type)), ("title", .string(title)), ("status", .integer(Int64(status.rawValue))),
            ("code", .string(code)),
        ])
    }
}

extension RouteDocumentation.Answer {
    /// An object of a shape, with its example.
    static func one<Value>(_ status: Status, _ words: String, _ shape: JSONShape<Value>) -> Self {
        .init(status, words, shape.reference, example: shape.example)
    }

    /// `{"data": […]}`
    static func all<Value>(_ words: String, _ shape: JSONShape<Value>) -> Self {
        .init(
            .ok, words, .object(.required("data", .array(of: shape.reference))),
            example: .object([("data", .array([shape.example]))]))
    }

    static func page<Value>(_ words: String, _ shape: JSONShape<Value>) -> Self {
        .init(
            .ok, words,
            .object(
                .required("data", .array(of: shape.reference)), .required("has_more", .boolean),
                .required("next_cursor", Schema.string.orNull), .optional("total", .integer)),
            example: .object([
                ("data", .array([shape.example])), ("has_more", .bool(false)), ("next_cursor", .null),
            ]))
    }

    /// Why something is left as it is, by its codes.
    static func conflict(_ codes: String) -> Self {
        .init(.conflict, codes, .named("Problem"), contentType: .problem)
    }

    static let notAsMatched = Self(
        .preconditionFailed, "precondition_failed: If-Match names another version", .named("Problem"),
        contentType: .problem)

    static func nothing(_ words: String) -> Self { .init(.noContent, words) }
}
