import Crypto
import Domain
import Postgres
import TestKit
import Testing
import Wire

/// Walks whatever `/openapi.json` tells of: routes that come later are covered without anybody thinking of it.
@Suite(.timeLimit(.minutes(4)), .serialized) struct EveryRouteTests {
    /// Carriers' doors check signatures of their own, and tell of it here in other ways.
    private static func isOurs(_ operation: OpenAPIDocument.Operation) -> Bool {
        operation.path.hasPrefix("/api/v1/")
    }

    private static func document(_ api: APIUnderTest) async throws -> OpenAPIDocument {
        OpenAPIDocument(root: try await api.ask("GET", "/openapi.json").json)
    }

    /// It does not end by itself: `EventStreamTests` reads those.
    private static func isStream(_ operation: OpenAPIDocument.Operation) -> Bool {
        operation.content["responses"]?["200"]?["content"]?["text/event-stream"] != nil
    }

    private static func isOpen(_ operation: OpenAPIDocument.Operation) -> Bool {
        operation.content["security"] == .array([])
    }

    private static func path(_ operation: OpenAPIDocument.Operation, _ id: String) -> String {
        operation.placeholders.reduce(operation.path) {
            $0.replacing("{\($1)}", with: operation.numbers.contains($1) ? "1" : id)
        }
    }

    private static func body(_ operation: OpenAPIDocument.Operation) -> String? {
        let content = operation.content["requestBody"]?["content"]?["application/json"]
        guard content != nil else { return nil }
        return content?["example"].map { String(decoding: $0.bytes(), as: UTF8.self) } ?? "{}"
    }

    @Test func `without a token, nothing answers but what says so`() async throws {
        try await APIUnderTest.with { api in
            let document = try await Self.document(api)
            #expect(document.faults == [])
            var asked = 0
            for operation in document.operations where Self.isOurs(operation) && !Self.isOpen(operation) {
                let path = Self.path(operation, api.first.call.description)
                let method = operation.method.uppercased()
                for token in [nil, "ll_live_00000000_x", "a.b.c"] {
                    let answer = try await api.ask(method, path, token: token, body: Self.body(operation))
                    #expect(answer.status == 401, "\(method) \(path): \(answer.status)")
                }
                #expect(operation.content["security"] != nil, "\(operation.path) does not say who may ask")
                asked += 1
            }
            #expect(asked >= 10)
            let open = document.operations.filter { Self.isOurs($0) && Self.isOpen($0) }.map(\.path)
            #expect(Set(open).isSubset(of: ["/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/auth/revoke"]))
        }
    }

    @Test func `another organization's ids answer as ids that nobody has, and change nothing`() async throws {
        try await APIUnderTest.with { api in
            let mine = try await api.tokens(.owner, of: api.second).access
            let theirs = try await api.tokens(.owner, of: api.first).access
            let key = try await api.post("/api-keys", token: theirs, #"{"name":"k","scopes":["calls:read"]}"#)
            let ids = [api.first.call.description, try #require(try key.json["id"]?.text)]
            let users = try await api.owner.query("SELECT user_id::text FROM users").map { try $0.decode(String.self) }
            var asked = 0
            for operation in try await Self.document(api).operations
            where Self.isOurs(operation) && !Self.isOpen(operation) && !operation.placeholders.isEmpty {
                let method = operation.method.uppercased()
                for id in ids + users + [api.first.organization.description, Examples.nobody] {
                    let answer = try await api.ask(
                        method, Self.path(operation, id), token: mine, body: Self.body(operation))
                    // A body of another shape may be refused first, and tells nothing either.
                    let isSilent = answer.status == 404 || (answer.status == 422 && Self.body(operation) != nil)
                    #expect(isSilent || !Self.isForeign(id, users), "\(method) \(operation.path): \(answer.status)")
                    #expect(!answer.raw.text.contains("words of first"))
                }
                asked += 1
            }
            #expect(asked >= 6)
            #expect(
                try await api.owner.query("SELECT count(*) FROM api_keys WHERE revoked_at IS NOT NULL").one.decode(
                    Int.self) == 0)
        }
    }

    /// Our own users' ids are in the list too: of them it is only asked that nothing of others comes to light.
    private static func isForeign(_ id: String, _ users: [String]) -> Bool { !users.contains(id) }

    private enum Examples {
        static let nobody = "0198c5a2-7a00-7000-8000-000000000001"
    }

    @Test func `every list shows the asker's own and nothing else`() async throws {
        try await APIUnderTest.with { api in
            let tokens = [
                try await api.tokens(.owner, of: api.first).access, try await api.tokens(.owner, of: api.second).access,
            ]
            for token in tokens {
                #expect(
                    try await api.post("/api-keys", token: token, #"{"name":"k","scopes":["calls:read"]}"#).status
                        == 201)
            }
            var lists = 0
            for operation in try await Self.document(api).operations
            where Self.isOurs(operation) && operation.method == "get" && operation.placeholders.isEmpty
                && !Self.isStream(operation)
            {
                var seen: [Set<String>] = []
                for token in tokens {
                    let answer = try await api.ask("GET", operation.path, token: token)
                    #expect(answer.status == 200, "\(operation.path): \(answer.raw.text)")
                    seen.append(Set(try answer.data.compactMap { $0["id"]?.text }))
                }
                #expect(seen[0].isDisjoint(with: seen[1]), "\(operation.path)")
                if !seen[0].isEmpty { lists += 1 }
            }
            #expect(lists >= 2)
        }
    }

    @Test func `every role may do what it may and no more`() async throws {
        try await APIUnderTest.with { api in
            let operations = try await Self.document(api).operations.filter { Self.isOurs($0) && !Self.isOpen($0) }
            for role in UserRole.allCases {
                let token = try await api.tokens(role).access
                for operation in operations {
                    guard case .array(let list)? = operation.content["security"],
                        case .array(let scopes)? = list.first?["bearer"]
                    else {
                        Issue.record("\(operation.path) names no scope")
                        continue
                    }
                    let may = scopes.allSatisfy { word in
                        word.text.flatMap { Scope(rawValue: $0) }.map(role.scopes.contains) ?? false
                    }
                    if may, Self.isStream(operation), operation.placeholders.isEmpty { continue }
                    let answer = try await api.ask(
                        operation.method.uppercased(), Self.path(operation, Examples.nobody), token: token,
                        body: Self.body(operation))
                    #expect(
                        (answer.status == 403) == !may,
                        "\(role) \(operation.method) \(operation.path): \(answer.status)")
                }
            }
            #expect(UserRole.owner.scopes == Set(Scope.allCases))
            #expect(!UserRole.viewer.scopes.contains { $0.rawValue.hasSuffix(":write") })
        }
    }

    @Test func `every answer says of what kind it is, and examples of problems bear codes`() async throws {
        try await APIUnderTest.with { api in
            var codes: Set<String> = []
            for operation in try await Self.document(api).operations {
                // These have no body.
                for status in operation.statuses where !["204", "304"].contains(status) {
                    let content = operation.content["responses"]?[status]?["content"]
                    #expect(content != nil, "\(operation.method) \(operation.path) \(status)")
                    if let code = content?["application/problem+json"]?["example"]?["code"]?.text { codes.insert(code) }
                }
                if operation.method == "post" || operation.method == "patch" {
                    #expect(operation.statuses.contains("400"), "\(operation.path)")
                }
            }
            #expect(codes.allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") } })
            #expect(codes.isSuperset(of: ["unauthorized", "forbidden", "not_found", "invalid_body"]), "\(codes)")
        }
    }

    @Test func `every operation has a name, a tag, and an example for each answer it describes`() async throws {
        try await APIUnderTest.with { api in
            for operation in try await Self.document(api).operations where Self.isOurs(operation) {
                #expect(operation.content["operationId"]?.text?.isEmpty == false, "\(operation.path)")
                #expect(operation.content["tags"] != nil && operation.content["summary"] != nil, "\(operation.path)")
                let answer = operation.content["responses"]?["200"] ?? operation.content["responses"]?["201"]
                if let answer, !Self.isStream(operation) {
                    let content = answer["content"]?["application/json"]
                    #expect(content?["schema"] != nil && content?["example"] != nil, "\(operation.path)")
                }
                if operation.content["requestBody"] != nil {
                    #expect(Self.body(operation) != "{}", "\(operation.path)")
                }
            }
        }
    }
}
