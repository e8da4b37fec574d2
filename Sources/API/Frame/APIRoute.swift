import Crypto
import Domain
package import HTTP
import Store
import Wire

/// One operation of the interface: declared once, served and described from that.
///
///     .read("/calls/{id}", needs: .callsRead, RouteWords("get_call", …)) { visit, call in … }
struct APIRoute: Sendable {
    static let base = "/api/v1"

    let route: @Sendable (Reception) -> Route

    // MARK: - For whom we know

    static func get(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit) async throws -> Answer
    ) -> APIRoute { known(.get, path, scope, words, handler) }

    static func get<Part: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, Part) async throws -> Answer
    ) -> APIRoute { known(.get, path, scope, words, handler) }

    static func get<First: PathParameter, Second: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, First, Second) async throws -> Answer
    ) -> APIRoute { known(.get, path, scope, words, handler) }

    static func delete<Part: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, Part) async throws -> Answer
    ) -> APIRoute { known(.delete, path, scope, words, handler) }

    static func delete<First: PathParameter, Second: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, First, Second) async throws -> Answer
    ) -> APIRoute { known(.delete, path, scope, words, handler) }

    static func post<Input: BodyInput>(
        _ path: String, needs scope: Scope?, _ words: RouteWords, taking: Input.Type,
        _ handler: @escaping @Sendable (Visit, Input) async throws -> Answer
    ) -> APIRoute { known(.post, path, scope, words, taking, handler) }

    static func post<Input: BodyInput, Part: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords, taking: Input.Type,
        _ handler: @escaping @Sendable (Visit, Input, Part) async throws -> Answer
    ) -> APIRoute { known(.post, path, scope, words, taking, handler) }

    static func post(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit) async throws -> Answer
    ) -> APIRoute { known(.post, path, scope, words, handler) }

    static func post<Part: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, Part) async throws -> Answer
    ) -> APIRoute { known(.post, path, scope, words, handler) }

    static func post<First: PathParameter, Second: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, First, Second) async throws -> Answer
    ) -> APIRoute { known(.post, path, scope, words, handler) }

    static func patch<Input: BodyInput, Part: PathParameter>(
        _ path: String, needs scope: Scope?, _ words: RouteWords, taking: Input.Type,
        _ handler: @escaping @Sendable (Visit, Input, Part) async throws -> Answer
    ) -> APIRoute { known(.patch, path, scope, words, taking, handler) }

    private static func known(
        _ method: Method, _ path: String, _ scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit) async throws -> Answer
    ) -> APIRoute {
        let pattern = PathPattern(base + path)
        let document = words.documentation(method, pattern, access: .bearer(scope: scope?.rawValue))
        return APIRoute { reception in
            Route(method, pattern, document) { (request: Request) in
                try await reception.serve(request, scope, words.query, handler)
            }
        }
    }

    private static func known<Part: PathParameter>(
        _ method: Method, _ path: String, _ scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, Part) async throws -> Answer
    ) -> APIRoute {
        let pattern = PathPattern(base + path)
        let document = words.documentation(method, pattern, access: .bearer(scope: scope?.rawValue))
        return APIRoute { reception in
            Route(method, pattern, document) { (request: Request, part: Part) in
                try await reception.serve(request, scope, words.query) { try await handler($0, part) }
            }
        }
    }

    private static func known<First: PathParameter, Second: PathParameter>(
        _ method: Method, _ path: String, _ scope: Scope?, _ words: RouteWords,
        _ handler: @escaping @Sendable (Visit, First, Second) async throws -> Answer
    ) -> APIRoute {
        let pattern = PathPattern(base + path)
        let document = words.documentation(method, pattern, access: .bearer(scope: scope?.rawValue))
        return APIRoute { reception in
            Route(method, pattern, document) { (request: Request, first: First, second: Second) in
                try await reception.serve(request, scope, words.query) { try await handler($0, first, second) }
            }
        }
    }

    private static func known<Input: BodyInput>(
        _ method: Method, _ path: String, _ scope: Scope?, _ words: RouteWords, _ type: Input.Type,
        _ handler: @escaping @Sendable (Visit, Input) async throws -> Answer
    ) -> APIRoute {
        let pattern = PathPattern(base + path)
        let body = (BodyReader.schema(of: type), type.example)
        let document = words.documentation(method, pattern, access: .bearer(scope: scope?.rawValue), body: body)
        return APIRoute { reception in
            Route(method, pattern, document) { (request: Request) in
                try await reception.serve(request, scope, words.query) {
                    try await handler($0, BodyReader.read(Input.self, from: request))
                }
            }
        }
    }

    private static func known<Input: BodyInput, Part: PathParameter>(
        _ method: Method, _ path: String, _ scope: Scope?, _ words: RouteWords, _ type: Input.Type,
        _ handler: @escaping @Sendable (Visit, Input, Part) async throws -> Answer
    ) -> APIRoute {
        let pattern = PathPattern(base + path)
        let body = (BodyReader.schema(of: type), type.example)
        let document = words.documentation(method, pattern, access: .bearer(scope: scope?.rawValue), body: body)
        return APIRoute { reception in
            Route(method, pattern, document) { (request: Request, part: Part) in
                try await reception.serve(request, scope, words.query) {
                    try await handler($0, BodyReader.read(Input.self, from: request), part)
                }
            }
        }
    }

    // MARK: - For everybody

    /// For those who have no token yet: nothing here is anybody's but what they show themselves.
    static func open<Input: BodyInput>(
        _ path: String, _ words: RouteWords, taking type: Input.Type,
        _ handler: @escaping @Sendable (Stranger, Input) async throws -> Answer
    ) -> APIRoute {
        let pattern = PathPattern(base + path)
        let body = (BodyReader.schema(of: type), type.example)
        let document = words.documentation(.post, pattern, access: .everybody, body: body)
        return APIRoute { reception in
            Route(.post, pattern, document) { (request: Request) in
                try await reception.receive(request) {
                    try await handler($0, BodyReader.read(Input.self, from: request))
                }
            }
        }
    }
}

extension ID: PathParameter {
    package init?(path: String) {
        guard let uuid = UUID(path) else { return nil }
        self.init(uuid)
    }

    package static var schema: Schema { .string(format: "uuid") }
}
