import Crypto
import Domain
import Foundation
import Postgres
import TestKit
import Testing
import Wire

/// Each operation of the document, tried for success, for what it must not take, for who may ask, for another organization's
/// things, and for things that are not there. What it needs for that stands in `RouteTable`.
@Suite(.timeLimit(.minutes(6)), .serialized) struct EveryRouteTrials {
    typealias Operation = OpenAPIDocument.Operation

    private static let nobody = "0198c5a2-7a00-7000-8000-000000000001"

    static func operations(_ api: APIUnderTest) async throws -> [(name: String, Operation)] {
        let document = OpenAPIDocument(root: try await api.ask("GET", "/openapi.json").json)
        return try document.operations.filter { $0.path.hasPrefix("/api/v1/") }.map {
            (try #require($0.content["operationId"]?.text), $0)
        }
    }

    static func path(_ operation: Operation, _ ids: [String]) throws -> String {
        try #require(ids.count == operation.placeholders.count, "\(operation.path) has other placeholders")
        return zip(operation.placeholders, ids).reduce(operation.path) { $0.replacing("{\($1.0)}", with: $1.1) }
    }

    static func isOpen(_ operation: Operation) -> Bool { operation.content["security"] == .array([]) }
    private static func takesBody(_ operation: Operation) -> Bool { operation.content["requestBody"] != nil }

    private static func example(_ operation: Operation) -> String? {
        operation.content["requestBody"]?["content"]?["application/json"]?["example"].map {
            String(decoding: $0.bytes(), as: UTF8.self)
        }
    }

    private static func scopes(_ operation: Operation) -> [String] {
        guard case .array(let list)? = operation.content["security"], case .array(let words)? = list.first?["bearer"]
        else { return [] }
        return words.compactMap(\.text)
    }

    /// Ids of the right kind that nobody has.
    private static func strangers(_ operation: Operation) -> [String] {
        operation.placeholders.map { operation.numbers.contains($0) ? "999999999" : nobody }
    }

    @Test func `every route has its row, and every row a route`() async throws {
        try await APIUnderTest.with { api in
            let names = Set(try await Self.operations(api).map(\.name))
            #expect(names.subtracting(RouteTable.cases.keys) == [], "these have no row in RouteTable")
            #expect(Set(RouteTable.cases.keys).subtracting(names) == [], "these rows have no route")
            #expect(RouteTrial.allCases.count == 5 && names.count > 60)
        }
    }

    @Test(arguments: RouteTrial.allCases)
    func `every route is tried for`(trial: RouteTrial) async throws {
        try await APIUnderTest.with { api in
            let stage = RouteStage(api: api, token: try await api.tokens(.owner).access)
            let stranger = try await api.tokens(.owner, of: api.second).access
            // May do one thing that no route asks for.
            let weak = try #require(
                try await api.post("/api-keys", token: stage.token, #"{"name":"w","scopes":["campaigns:read"]}"#)
                    .text("secret"))
            var tried = 0
            for (name, operation) in try await Self.operations(api) {
                guard let row = RouteTable.cases[name] else { continue }
                switch trial {
                case .success: try await Self.succeeds(name, operation, row, stage)
                case .validation: try await Self.refusesWhatItDoesNotKnow(name, operation, row, stage)
                case .authorization: try await Self.asksWho(name, operation, weak: weak, stage)
                case .otherOrganization: try await Self.keepsToItself(name, operation, row, stage, stranger)
                case .notFound: try await Self.findsNothing(name, operation, stage)
                }
                tried += 1
            }
            #expect(tried == RouteTable.cases.count)
        }
    }

    // MARK: - The five

    private static func succeeds(
        _ name: String, _ operation: Operation, _ row: RouteCase, _ stage: RouteStage
    ) async throws {
        switch row.success {
        case .asked(let wish):
            let wish = try await wish(stage)
            let answer = try await stage.api.ask(
                operation.method.uppercased(), try path(operation, wish.ids), token: stage.token, body: wish.body)
            #expect((200..<300).contains(answer.status), "\(name): \(answer.status) \(answer.raw.text)")
            #expect(operation.statuses.contains("\(answer.status)"), "\(name): \(answer.status) is not described")
        case .shown(let file, let test):
            let text = try String(
                contentsOfFile: "\(Services.repository)/Tests/SystemTests/\(file)", encoding: .utf8)
            #expect(text.contains("@Test func `\(test)`"), "\(name): no such test in \(file)")
        }
    }

    private static func refusesWhatItDoesNotKnow(
        _ name: String, _ operation: Operation, _ row: RouteCase, _ stage: RouteStage
    ) async throws {
        var ids = strangers(operation)
        if case .asked(let wish) = row.success { ids = try await wish(stage).ids }
        let (method, path) = (operation.method.uppercased(), try path(operation, ids))
        let token = isOpen(operation) ? nil : stage.token
        let asked = try await stage.api.ask(method, path + "?no_such=1", token: token, body: example(operation))
        #expect(try asked.status == 400 && asked.code == "invalid_parameter", "\(name): \(asked.raw.text)")
        if !operation.placeholders.isEmpty {
            let words = operation.placeholders.map { _ in "no-id" }
            let answer = try await stage.api.ask(
                method, try Self.path(operation, words), token: token, body: example(operation))
            #expect(answer.status == 404, "\(name): \(answer.status) for what is no id")
        }
        guard takesBody(operation) else { return }
        let unknown = try await stage.api.ask(method, path, token: token, body: #"{"no_such":1}"#)
        #expect(try unknown.status == 422 && unknown.pointers.contains("/no_such"), "\(name): \(unknown.raw.text)")
        let broken = try await stage.api.ask(method, path, token: token, body: "{")
        #expect(try broken.status == 400 && broken.code == "malformed_json", "\(name): \(broken.raw.text)")
        let other = try await stage.api.ask(
            method, path, token: token, headers: ["Content-Type": "text/plain"], body: "{}")
        #expect(other.status == 415, "\(name): \(other.status)")
    }

    private static func asksWho(
        _ name: String, _ operation: Operation, weak: String, _ stage: RouteStage
    ) async throws {
        let (method, path) = (operation.method.uppercased(), try path(operation, strangers(operation)))
        let answer = try await stage.api.ask(method, path, body: example(operation))
        if isOpen(operation) {
            // Whoever has no token yet shows something else, and a wrong one opens nothing.
            let wrong = try await stage.api.ask(
                method, path, body: #"{"email":"a@b.example","password":"wrong wrong wrong"}"#)
            let revoked = try await stage.api.ask(method, path, body: #"{"refresh_token":"llr_none"}"#)
            #expect([401, 422].contains(wrong.status) && [204, 401, 422].contains(revoked.status), "\(name)")
            #expect(!wrong.raw.text.contains("access_token") && !revoked.raw.text.contains("access_token"))
            return
        }
        #expect(try answer.status == 401 && answer.code == "unauthorized", "\(name): \(answer.status)")
        guard let scope = scopes(operation).first else {
            #expect(name == "get_me", "\(name) needs no scope")
            return
        }
        let refused = try await stage.api.ask(method, path, token: weak, body: example(operation))
        #expect(try refused.status == 403 && refused.code == "forbidden", "\(name): \(refused.raw.text)")
        #expect(refused.raw.text.contains(scope), "\(name) does not say what is missing")
    }

    private static func keepsToItself(
        _ name: String, _ operation: Operation, _ row: RouteCase, _ stage: RouteStage, _ stranger: String
    ) async throws {
        guard case .asked(let wish) = row.success else {
            // There is nothing here to succeed with; a call of ours is one that others have not.
            guard operation.path.contains("/calls/") else { return }
            let path = try path(operation, operation.placeholders.map { _ in stage.call })
            let answer = try await stage.api.ask(
                operation.method.uppercased(), path, token: stranger, body: example(operation))
            #expect(answer.status == 404, "\(name): \(answer.status)")
            return
        }
        let asked = try await wish(stage)
        let (method, path) = (operation.method.uppercased(), try path(operation, asked.ids))
        if operation.placeholders.isEmpty {
            // Ours must not come to light, and what the body names must not be found.
            guard !isOpen(operation) else { return }
            let answer = try await stage.api.ask(method, path, token: stranger, body: asked.body)
            let organization = stage.api.first.organization.description
            #expect(!answer.raw.text.contains(stage.call) && !answer.raw.text.contains(organization), "\(name)")
            #expect(!answer.raw.text.contains("words of first"), "\(name)")
            if asked.body?.contains("agent_id") == true { #expect(answer.status == 422, "\(name): \(answer.status)") }
            return
        }
        let before = try await count(stage)
        let answer = try await stage.api.ask(method, path, token: stranger, body: asked.body)
        #expect(try answer.status == 404 && answer.code == "not_found", "\(name): \(answer.raw.text)")
        #expect(try await count(stage) == before, "\(name) changed what is another's")
        // And it is as it was.
        let own = try await stage.api.ask(method, path, token: stage.token, body: asked.body)
        #expect((200..<300).contains(own.status), "\(name): \(own.status) \(own.raw.text)")
    }

    /// Whatever changes says so in the log, or goes.
    private static func count(_ stage: RouteStage) async throws -> [Int64] {
        let row = try await stage.api.owner.query(
            """
            SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM jobs), (SELECT count(*) FROM phone_numbers),
                (SELECT count(*) FROM webhook_endpoints)
            """
        ).one
        return try (0..<4).map { try row.decode(Int64.self, at: $0) }
    }

    private static func findsNothing(_ name: String, _ operation: Operation, _ stage: RouteStage) async throws {
        let method = operation.method.uppercased()
        if operation.placeholders.isEmpty {
            let answer = try await stage.api.ask(
                method, operation.path + "/no/such", token: stage.token, body: example(operation))
            #expect(try answer.status == 404 && answer.code == "not_found", "\(name): \(answer.status)")
            return
        }
        // Each of its ids by itself.
        var wish = RouteStage.Wish(ids: strangers(operation), body: example(operation))
        if case .asked(let make)? = RouteTable.cases[name]?.success { wish = try await make(stage) }
        for index in wish.ids.indices {
            var ids = wish.ids
            ids[index] = strangers(operation)[index]
            let answer = try await stage.api.ask(
                method, try path(operation, ids), token: stage.token, body: wish.body)
            #expect(try answer.status == 404 && answer.code == "not_found", "\(name): \(answer.raw.text)")
        }
    }
}
