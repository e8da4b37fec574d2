import Wire

/// Describes routes as an OpenAPI 3.1 document.
package enum OpenAPI {
    /// The document as JSON. `schemas` are what `Schema.named` refers to; the schema `Problem` is always there, and every route
    /// is said to answer errors with it.
    package static func document(title: String, version: String, routes: [Route], schemas: [(String, Schema)] = [])
        -> [UInt8]
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
            ("components", .object([("schemas", .object(components))])),
        ]).bytes()
    }

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
        if !words.summary.isEmpty { members.append(("summary", .string(words.summary))) }
        if !words.description.isEmpty { members.append(("description", .string(words.description))) }
        if !words.tags.isEmpty { members.append(("tags", .array(words.tags.map { .string($0) }))) }
        let parameters = pathParameters(route) + words.query.map(queryParameter)
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = words.body {
            members.append(
                ("requestBody", .object([("required", .bool(true)), ("content", content(.json, body))])))
        }
        var answers = words.answers.map { ("\($0.status.rawValue)", answer($0)) }
        let refusal = RouteDocumentation.Answer(.badRequest, "A problem", .named("Problem"), contentType: .problem)
        answers.append(("default", answer(refusal)))
        members.append(("responses", .object(answers)))
        return .object(members)
    }

    private static func pathParameters(_ route: Route) -> [JSONValue] {
        zip(route.pattern.names, route.parameterSchemas).map { name, schema in
            .object([
                ("name", .string(name)), ("in", .string("path")), ("required", .bool(true)), ("schema", schema.tree),
            ])
        }
    }

    private static func queryParameter(_ parameter: RouteDocumentation.QueryParameter) -> JSONValue {
        .object([
            ("name", .string(parameter.name)), ("in", .string("query")),
            ("description", .string(parameter.description)), ("schema", parameter.schema.tree),
        ])
    }

    private static func answer(_ answer: RouteDocumentation.Answer) -> JSONValue {
        var members: [(String, JSONValue)] = [("description", .string(answer.description))]
        if let schema = answer.schema { members.append(("content", content(answer.contentType, schema))) }
        return .object(members)
    }

    private static func content(_ type: ContentType, _ schema: Schema) -> JSONValue {
        .object([(type.text, .object([("schema", schema.tree)]))])
    }
}
