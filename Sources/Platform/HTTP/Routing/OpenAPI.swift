package import Wire

/// Describes routes as an OpenAPI 3.1 document.
package enum OpenAPI {
    /// The document as JSON. `schemas` are what `Schema.named` refers to; the schema `Problem` is always there, and every route
    /// is said to answer errors with it.
    package static func document(title: String, version: String, routes: [Route], schemas: [(String, Schema)] = [])
        -> [UInt8]
    { tree(title: title, version: version, routes: routes, schemas: schemas).bytes() }

    /// The same before it is written.
    package static func tree(title: String, version: String, routes: [Route], schemas: [(String, Schema)] = [])
        -> JSONValue
    {
        var order: [String] = []
        var paths: [String: [(String, JSONValue)]] = [:]
        for route in routes {
            let path = self.path(route.pattern)
            if paths[path] == nil { order.append(path) }
            paths[path, default: []].append((route.method.rawValue.lowercased(), operation(route)))
        }
        let components = ([("Problem", problem)] + schemas).map { ($0.0, $0.1.tree) }
        return JSONValue.object([
            ("openapi", .string("3.1.0")),
            ("info", .object([("title", .string(title)), ("version", .string(version))])),
            ("paths", .object(order.map { ($0, .object(paths[$0] ?? [])) })),
            (
                "components",
                .object([("schemas", .object(components))] + (needsBearer(routes) ? [("securitySchemes", bearer)] : []))
            ),
        ])
    }

    private static func needsBearer(_ routes: [Route]) -> Bool {
        routes.contains { if case .bearer = $0.documentation.access { true } else { false } }
    }

    private static let bearer = JSONValue.object([
        (
            "bearer",
            .object([
                ("type", .string("http")), ("scheme", .string("bearer")),
                ("description", .string("An access token from a sign-in, or an API key.")),
            ])
        )
    ])

    private static let problem = Schema.object(
        .required("type", .string), .required("title", .string), .required("status", .integer),
        .required("code", .string), .optional("detail", .string), .optional("instance", .string),
        .optional(
            "errors", .array(of: .object(.required("pointer", .string), .required("message", .string)))))

    /// OpenAPI knows no placeholder for several segments: it is shown like any other.
    private static func path(_ pattern: PathPattern) -> String {
        "/"
            + pattern.parts.map { part in
                switch part {
                case .literal(let text): text
                case .placeholder(let name), .rest(let name): "{\(name)}"
                }
            }.joined(separator: "/")
    }

    private static func operation(_ route: Route) -> JSONValue {
        let words = route.documentation
        var members: [(String, JSONValue)] = []
        if let name = words.name { members.append(("operationId", .string(name))) }
        if !words.summary.isEmpty { members.append(("summary", .string(words.summary))) }
        if !words.description.isEmpty { members.append(("description", .string(words.description))) }
        if !words.tags.isEmpty { members.append(("tags", .array(words.tags.map { .string($0) }))) }
        let parameters =
            pathParameters(route) + words.query.map { parameter($0, in: "query") }
            + words.headers.map { parameter($0, in: "header") }
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = words.body {
            members.append(
                (
                    "requestBody",
                    .object([("required", .bool(true)), ("content", content(.json, body, words.bodyExample))])
                ))
        }
        var answers = byStatus(words.answers)
        let refusal = RouteDocumentation.Answer(.badRequest, "A problem", .named("Problem"), contentType: .problem)
        answers.append(("default", answer([refusal])))
        members.append(("responses", .object(answers)))
        switch words.access {
        case .unsaid: break
        case .everybody: members.append(("security", .array([])))
        case .bearer(let scope):
            let scopes = scope.map { [JSONValue.string($0)] } ?? []
            members.append(("security", .array([.object([("bearer", .array(scopes))])])))
        }
        return .object(members)
    }

    private static func pathParameters(_ route: Route) -> [JSONValue] {
        zip(route.pattern.names, route.parameterSchemas).map { name, schema in
            .object([
                ("name", .string(name)), ("in", .string("path")), ("required", .bool(true)), ("schema", schema.tree),
            ])
        }
    }

    private static func parameter(_ parameter: RouteDocumentation.QueryParameter, in place: String) -> JSONValue {
        .object([
            ("name", .string(parameter.name)), ("in", .string(place)),
            ("description", .string(parameter.description)), ("schema", parameter.schema.tree),
        ])
    }

    /// One status may be answered in several content types; the first tells what it means.
    private static func byStatus(_ answers: [RouteDocumentation.Answer]) -> [(String, JSONValue)] {
        var order: [Status] = []
        for answer in answers where !order.contains(answer.status) { order.append(answer.status) }
        return order.map { status in ("\(status.rawValue)", answer(answers.filter { $0.status == status })) }
    }

    private static func answer(_ kinds: [RouteDocumentation.Answer]) -> JSONValue {
        var members: [(String, JSONValue)] = [("description", .string(kinds.first?.description ?? ""))]
        let contents = kinds.compactMap { kind in
            kind.schema.map { media(kind.contentType, $0, kind.example) }
        }
        if !contents.isEmpty { members.append(("content", .object(contents))) }
        return .object(members)
    }

    private static func content(_ type: ContentType, _ schema: Schema, _ example: JSONValue?) -> JSONValue {
        .object([media(type, schema, example)])
    }

    private static func media(_ type: ContentType, _ schema: Schema, _ example: JSONValue?) -> (String, JSONValue) {
        (type.text, .object([("schema", schema.tree)] + (example.map { [("example", $0)] } ?? [])))
    }
}
