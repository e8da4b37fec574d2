/// One method on the paths of one pattern: what answers it, and how it is described.
package struct Route: Sendable {
    package let method: Method
    package let pattern: PathPattern
    package let documentation: RouteDocumentation
    let answering: Answering
    let parameterSchemas: [Schema]

    /// The handler takes one value per placeholder of the pattern, in order, each of its own type.
    ///
    ///     Route(.get, "/calls/{id}") { (request: Request, id: CallID) in … }
    package init<each Parameter: PathParameter>(
        _ method: Method, _ pattern: PathPattern, _ documentation: RouteDocumentation = RouteDocumentation(),
        handler: @escaping @Sendable (Request, repeat each Parameter) async throws -> Response
    ) {
        let answering = Answering.waiting { request in
            var captures = request.captures[...]
            let parameters = (repeat try Self.next((each Parameter).self, in: &captures))
            return try await handler(request, repeat each parameters)
        }
        self.init(method, pattern, documentation, schemas(repeat (each Parameter).self), answering)
    }

    /// A route that answers from what is in memory, without waiting for anything: `/healthz`. Its handler must be quick,
    /// because every connection of the loop waits for it.
    package static func atOnce<each Parameter: PathParameter>(
        _ method: Method, _ pattern: PathPattern, _ documentation: RouteDocumentation = RouteDocumentation(),
        handler: @escaping @Sendable (Request, repeat each Parameter) throws -> Response
    ) -> Route {
        let answering = Answering.atOnce { request in
            var captures = request.captures[...]
            let parameters = (repeat try Self.next((each Parameter).self, in: &captures))
            return try handler(request, repeat each parameters)
        }
        return Route(method, pattern, documentation, schemas(repeat (each Parameter).self), answering)
    }

    private init(
        _ method: Method, _ pattern: PathPattern, _ documentation: RouteDocumentation, _ schemas: [Schema],
        _ answering: Answering
    ) {
        precondition(schemas.count == pattern.names.count, "the handler of \(pattern) takes other parameters")
        self.method = method
        self.pattern = pattern
        self.documentation = documentation
        self.answering = answering
        parameterSchemas = schemas
    }

    private static func next<Parameter: PathParameter>(_ type: Parameter.Type, in captures: inout ArraySlice<String>)
        throws(Problem) -> Parameter
    {
        guard let text = captures.popFirst(), let value = Parameter(path: text) else { throw Problem.notFound }
        return value
    }
}

private func schemas<each Parameter: PathParameter>(_ types: repeat (each Parameter).Type) -> [Schema] {
    var schemas: [Schema] = []
    for type in repeat each types { schemas.append(type.schema) }
    return schemas
}
