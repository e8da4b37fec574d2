/// One method on the paths of one pattern: what answers it, and how it is described.
package struct Route: Sendable {
    package let method: Method
    package let pattern: PathPattern
    package let documentation: RouteDocumentation
    let handler: Handler
    let parameterSchemas: [Schema]

    /// The handler takes one value per placeholder of the pattern, in order, each of its own type.
    ///
    ///     Route(.get, "/calls/{id}") { (request: Request, id: CallID) in … }
    package init<each Parameter: PathParameter>(
        _ method: Method, _ pattern: PathPattern, _ documentation: RouteDocumentation = RouteDocumentation(),
        handler: @escaping @Sendable (Request, repeat each Parameter) async throws -> Response
    ) {
        self.method = method
        self.pattern = pattern
        self.documentation = documentation
        var schemas: [Schema] = []
        for schema in repeat (each Parameter).schema { schemas.append(schema) }
        precondition(schemas.count == pattern.names.count, "the handler of \(pattern) takes other parameters")
        parameterSchemas = schemas
        self.handler = { request in
            var captures = request.captures[...]
            let parameters = (repeat try Self.next((each Parameter).self, in: &captures))
            return try await handler(request, repeat each parameters)
        }
    }

    private static func next<Parameter: PathParameter>(_ type: Parameter.Type, in captures: inout ArraySlice<String>)
        throws(Problem) -> Parameter
    {
        guard let text = captures.popFirst(), let value = Parameter(path: text) else { throw Problem.notFound }
        return value
    }
}
