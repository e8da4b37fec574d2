/// Finds the handler for a request among the routes, by a tree of path segments.
///
/// A literal segment goes before a placeholder, and a placeholder before one that takes the rest. No route for the path is 404;
/// none for the method, 405 with `Allow`. `GET` answers `HEAD` too, and `OPTIONS` is answered with `Allow`. Middleware stands
/// before all of these, the first one outermost, and sees `Problem`s as responses.
package struct Router: Sendable {
    private struct Endpoint {
        let pattern: PathPattern
        let answering: Answering
    }

    /// One place in the tree; other places are named by their number.
    private struct Place {
        var literals: [String: Int] = [:]
        var placeholder: Int?
        var rest: Int?
        /// By `Method.place`.
        var endpoints = [Endpoint?](repeating: nil, count: Method.allCases.count)
        /// Answers OPTIONS, and what no endpoint is there for.
        var options: Answering?
        var refusal: Answering?

        var methods: [Method] { Method.allCases.filter { endpoints[$0.place] != nil } }
    }

    private var places = [Place()]
    /// Most paths are the text of a pattern without placeholders, and need no walk through the tree.
    private var literalPaths: [String: Int] = [:]
    private let notFound: Answering
    private let everything: Answering

    /// Two routes for one method and the same paths are a bug.
    package init(_ routes: [Route], middleware: [Middleware] = []) {
        let unknown = Problem.notFound.response
        notFound = Self.wrapped(.atOnce { _ in unknown }, middleware)
        let all = Response(.noContent, headers: Headers([.allow: Self.allow([])]))
        everything = .atOnce { _ in all }
        for route in routes {
            let place = place(for: route.pattern)
            precondition(
                places[place].endpoints[route.method.place] == nil, "\(route.method) \(route.pattern) stands twice")
            places[place].endpoints[route.method.place] = Endpoint(
                pattern: route.pattern, answering: Self.wrapped(route.answering, middleware))
            if route.pattern.isLiteral { literalPaths[route.pattern.text] = place }
        }
        for index in places.indices where !places[index].methods.isEmpty {
            let allow = Self.allow(places[index].methods)
            let options = Response(.noContent, headers: Headers([.allow: allow]))
            places[index].options = Self.wrapped(.atOnce { _ in options }, middleware)
            var problem = Problem(.methodNotAllowed, "method_not_allowed", detail: "allowed are \(allow)")
            problem.headers.set(.allow, allow)
            let refusal = problem.response
            places[index].refusal = Self.wrapped(.atOnce { _ in refusal }, middleware)
        }
    }

    /// Finds what answers `request`, and writes into it which pattern that is and what its placeholders stand for.
    package func route(_ request: inout Request) -> Answering {
        if request.target == "*" { return everything }
        var captures: [String] = []
        let literal = request.isPathPlain ? literalPaths[request.path] : nil
        guard let index = literal ?? find(request.segments[...], from: 0, &captures) else { return notFound }
        if let endpoint = endpoint(at: index, request.method) {
            request.route = endpoint.pattern
            request.captures = captures
            return endpoint.answering
        }
        return (request.method == .options ? places[index].options : places[index].refusal) ?? notFound
    }

    package func respond(to request: Request) async throws -> Response {
        var request = request
        return try await route(&request).handler(request)
    }

    private func endpoint(at index: Int, _ method: Method) -> Endpoint? {
        let endpoints = places[index].endpoints
        return endpoints[method.place] ?? (method == .head ? endpoints[Method.get.place] : nil)
    }

    private static func wrapped(_ answering: Answering, _ middleware: [Middleware]) -> Answering {
        let innermost: Answering
        switch answering {
        case .atOnce(let handler):
            innermost = .atOnce { request in
                do { return try handler(request) } catch let problem as Problem { return problem.response }
            }
        case .waiting(let handler):
            innermost = .waiting { request in
                do { return try await handler(request) } catch let problem as Problem { return problem.response }
            }
        }
        return middleware.reversed().reduce(innermost) { next, layer in layer.around(next) }
    }

    private static func allow(_ methods: some Collection<Method>) -> String {
        var allowed = Set(methods).union([.options])
        if allowed.contains(.get) { allowed.insert(.head) }
        if methods.isEmpty { allowed = Set(Method.allCases).subtracting([.trace]) }
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
        guard let segment = segments.first else { return places[index].methods.isEmpty ? nil : index }
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
