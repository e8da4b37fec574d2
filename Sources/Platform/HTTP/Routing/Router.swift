/// Finds the handler for a request among the routes, by a tree of path segments.
///
/// A literal segment goes before a placeholder, and a placeholder before one that takes the rest. No route for the path is 404;
/// none for the method, 405 with `Allow`. `GET` answers `HEAD` too, and `OPTIONS` is answered with `Allow`. Middleware stands
/// before all of these, the first one outermost, and sees `Problem`s as responses.
package struct Router: Sendable {
    private struct Endpoint {
        let pattern: PathPattern
        let handler: Handler
    }

    /// One place in the tree; other places are named by their number.
    private struct Place {
        var literals: [String: Int] = [:]
        var placeholder: Int?
        var rest: Int?
        var endpoints: [Method: Endpoint] = [:]
        /// Answers OPTIONS, and what no endpoint is there for.
        var options: Handler?
        var refusal: Handler?
    }

    private var places = [Place()]
    private let notFound: Handler

    /// Two routes for one method and the same paths are a bug.
    package init(_ routes: [Route], middleware: [Middleware] = []) {
        notFound = Self.wrapped({ _ in Problem.notFound.response }, middleware)
        for route in routes {
            let place = place(for: route.pattern)
            precondition(places[place].endpoints[route.method] == nil, "\(route.method) \(route.pattern) stands twice")
            places[place].endpoints[route.method] = Endpoint(
                pattern: route.pattern, handler: Self.wrapped(route.handler, middleware))
        }
        for index in places.indices where !places[index].endpoints.isEmpty {
            let allow = Self.allow(places[index].endpoints.keys)
            places[index].options = Self.wrapped(
                { _ in Response(.noContent, headers: Headers([.allow: allow])) }, middleware)
            var problem = Problem(.methodNotAllowed, "method_not_allowed", detail: "allowed are \(allow)")
            problem.headers.set(.allow, allow)
            let response = problem.response
            places[index].refusal = Self.wrapped({ _ in response }, middleware)
        }
    }

    /// The whole tree as one handler, for a server.
    package var handler: Handler { { try await respond(to: $0) } }

    package func respond(to request: Request) async throws -> Response {
        if request.target == "*" { return Response(.noContent, headers: Headers([.allow: Self.allow([])])) }
        var captures: [String] = []
        guard let index = find(request.segments[...], from: 0, &captures) else { return try await notFound(request) }
        if let endpoint = endpoint(at: index, request.method) {
            var request = request
            request.route = endpoint.pattern
            request.captures = captures
            return try await endpoint.handler(request)
        }
        guard let answer = request.method == .options ? places[index].options : places[index].refusal else {
            return try await notFound(request)
        }
        return try await answer(request)
    }

    private func endpoint(at index: Int, _ method: Method) -> Endpoint? {
        places[index].endpoints[method] ?? (method == .head ? places[index].endpoints[.get] : nil)
    }

    private static func wrapped(_ handler: @escaping Handler, _ middleware: [Middleware]) -> Handler {
        let innermost: Handler = { request in
            do { return try await handler(request) } catch let problem as Problem { return problem.response }
        }
        return middleware.reversed().reduce(innermost) { next, layer in { try await layer($0, next) } }
    }

    private static func allow(_ methods: some Collection<Method>) -> String {
        var allowed = Set(methods).union([.options])
        if allowed.contains(.get) { allowed.insert(.head) }
        if methods.isEmpty { allowed = Set(Method.allCases) }
        return Method.allCases.filter(allowed.contains).map(\.rawValue).joined(separator: ", ")
    }

    // MARK: - The tree

    private mutating func place(for pattern: PathPattern) -> Int {
        var index = 0
        for part in pattern.parts {
            switch part {
            case .literal(let text): index = step(from: index, \.literals[text])
            case .placeholder: index = step(from: index, \.placeholder)
            case .rest: index = step(from: index, \.rest)
            }
        }
        return index
    }

    private mutating func step(from index: Int, _ way: WritableKeyPath<Place, Int?>) -> Int {
        if let next = places[index][keyPath: way] { return next }
        places.append(Place())
        places[index][keyPath: way] = places.count - 1
        return places.count - 1
    }

    /// Goes no deeper than the longest pattern, and looks at no place twice.
    private func find(_ segments: ArraySlice<String>, from index: Int, _ captures: inout [String]) -> Int? {
        guard let segment = segments.first else { return places[index].endpoints.isEmpty ? nil : index }
        let rest = segments.dropFirst()
        if let next = places[index].literals[segment], let found = find(rest, from: next, &captures) { return found }
        if let next = places[index].placeholder {
            captures.append(segment)
            if let found = find(rest, from: next, &captures) { return found }
            captures.removeLast()
        }
        guard let next = places[index].rest else { return nil }
        captures.append(segments.joined(separator: "/"))
        return next
    }
}
