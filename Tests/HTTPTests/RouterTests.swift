import Testing

@testable import HTTP

@Suite struct RouterTests {
    /// A path parameter that takes few texts.
    private struct Letter: PathParameter {
        let letter: Character
        init?(path: String) {
            guard path.count == 1, let letter = path.first else { return nil }
            self.letter = letter
        }
        static var schema: Schema { .string(format: "letter") }
    }

    private static let routes: [Route] = [
        Route(.get, "/") { (_: Request) in .text("root") },
        Route(.get, "/calls") { (_: Request) in .text("list") },
        Route(.post, "/calls") { (_: Request) in .text("new") },
        Route(.get, "/calls/latest") { (_: Request) in .text("latest") },
        Route(
            .get, "/calls/{id}",
            RouteDocumentation(
                "One call", tags: ["calls"], query: [.init("full", .boolean, "All of it")],
                answers: [.init(.ok, "The call", .named("Call"))])
        ) { (request: Request, id: Int) in
            .text("call \(id) \(request.route?.text ?? "") \(request.capture("id") ?? "")")
        },
        Route(.get, "/calls/{id}/turns/{turn}") { (_: Request, id: Int, turn: Letter) in
            .text("\(id) \(turn.letter)")
        },
        Route(.get, "/files/{path...}") { (_: Request, path: String) in .text("file \(path)") },
        Route(.get, "/text/{any}") { (_: Request, any: String) in .text(any) },
    ]

    private func answer(_ method: Method, _ target: String, _ middleware: [Middleware] = []) async throws -> Response {
        let request = try #require(Request(method, target))
        return try await Router(Self.routes, middleware: middleware).respond(to: request)
    }

    private func text(_ response: Response) -> String {
        if case .bytes(let bytes) = response.body { return String(decoding: bytes, as: UTF8.self) }
        return ""
    }

    @Test(arguments: [
        ("/", "root"), ("/calls", "list"), ("/calls?x=1", "list"), ("/calls/latest", "latest"),
        ("/calls/7", "call 7 /calls/{id} 7"), ("/calls/-3", "call -3 /calls/{id} -3"), ("/calls/7/turns/a", "7 a"),
        ("/files/a/b.css", "file a/b.css"), ("/%63alls", "list"), ("/text/a%2Fb", "a/b"), ("/text/a+b", "a+b"),
    ])
    func `paths find their handlers`(target: String, expected: String) async throws {
        let response = try await answer(.get, target)
        #expect(response.status == .ok && text(response) == expected)
    }

    @Test(arguments: [
        "/call", "/calls/", "/calls/x", "/calls/007", "/calls/+7", "/calls/7/turns", "/calls/7/turns/ab",
        "/calls/99999999999999999999", "/files", "/text/", "//", "/calls%2F7",
    ])
    func `what is no path or no value is not found`(target: String) async throws {
        let response = try await answer(.get, target)
        #expect(response.status == .notFound && text(response).contains("\"code\":\"not_found\""))
    }

    @Test func `another method is refused with what is allowed, and OPTIONS says the same`() async throws {
        let refused = try await answer(.delete, "/calls")
        #expect(refused.status == .methodNotAllowed && refused.headers[.allow] == "GET, HEAD, POST, OPTIONS")
        let options = try await answer(.options, "/calls/7")
        #expect(options.status == .noContent && options.headers[.allow] == "GET, HEAD, OPTIONS")
        #expect(try await answer(.options, "*").status == .noContent)
        #expect(try await answer(.head, "/calls/7").status == .ok)
        let traced = try await answer(.trace, "/calls")
        #expect(traced.status == .methodNotAllowed && traced.headers[.allow] == "GET, HEAD, POST, OPTIONS")
        #expect(try await answer(.options, "*").headers[.allow]?.contains("TRACE") == false)
    }

    @Test func `middleware stands before every answer, the first outermost, and sees problems as responses`()
        async throws
    {
        @Sendable func marked(_ response: Response, _ word: String) -> Response {
            var response = response
            response.headers.add("X-Seen", "\(word) \(response.status.rawValue)")
            return response
        }
        func marking(_ word: String) -> Middleware {
            Middleware({ marked(try await $1($0), word) }, atOnce: { marked(try $1($0), word) })
        }
        func markingLate(_ word: String) -> Middleware { Middleware { marked(try await $1($0), word) } }
        for (target, status) in [("/calls", 200), ("/calls/x", 404), ("/nowhere", 404)] {
            let response = try await answer(.get, target, [marking("outer"), marking("inner")])
            #expect(response.headers.values(of: "X-Seen") == ["inner \(status)", "outer \(status)"])
        }
        let mixed = try await answer(.get, "/nowhere", [marking("outer"), markingLate("middle"), marking("inner")])
        #expect(mixed.headers.values(of: "X-Seen") == ["inner 404", "middle 404", "outer 404"])
        let refused = try await answer(.put, "/calls", [marking("only")])
        #expect(refused.headers["x-seen"] == "only 405")
    }

    @Test func `routes describe themselves`() {
        let bytes = OpenAPI.document(
            title: "Test", version: "1", routes: [Self.routes[4]],
            schemas: [("Call", .object(.required("id", .integer)))])
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.hasPrefix(#"{"openapi":"3.1.0","info":{"title":"Test","version":"1"},"paths":{"/calls/{id}":{"get":{"#)
        )
        #expect(
            text.contains(
                #""parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"integer"}},{"name":"full","in":"query","description":"All of it","schema":{"type":"boolean"}}]"#
            ))
        #expect(
            text.contains(
                ##""200":{"description":"The call","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Call"}}}}"##
            ))
        #expect(text.contains(#""Call":{"type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}"#))
    }
}
