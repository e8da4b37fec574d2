import Loop
import TestKit
import Testing
import Wire

/// What the API says of itself, held against the rules of OpenAPI and against what it does.
@Suite(.timeLimit(.minutes(2)), .serialized) struct OpenAPITests {
    private static func withDocument(
        _ body: @escaping @Sendable (ProcessUnderTest, OpenAPIDocument) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(.api, on: loops.first) { process in
                try await process.untilReady()
                let response = try await process.get("/openapi.json")
                #expect(response.status == 200)
                #expect(response["content-type"]?.hasPrefix("application/json") == true)
                try await body(process, OpenAPIDocument(root: JSONValue(json: response.body)))
            }
        }
    }

    @Test func `its description of itself keeps the rules`() async throws {
        try await Self.withDocument { _, document in
            #expect(document.root["openapi"]?.text?.hasPrefix("3.1.") == true)
            #expect(document.root["info"]?["title"]?.text == "Ledgerline")
            #expect(document.root["info"]?["version"]?.text?.isEmpty == false)
            #expect(document.faults == [])
            #expect(Set(document.operations.map(\.path)).isSuperset(of: ["/healthz", "/readyz", "/metrics"]))
        }
    }

    @Test func `every GET that needs nothing answers as it is described`() async throws {
        try await Self.withDocument { process, document in
            let simple = document.operations.filter { $0.method == "get" && $0.placeholders.isEmpty }
            #expect(simple.count >= 3)
            for operation in simple {
                let response = try await process.get(operation.path)
                let isDescribed = operation.statuses.contains("\(response.status)")
                // "default" is the description of refusals.
                let isRefusal = response.status >= 400 && operation.statuses.contains("default")
                #expect(isDescribed || isRefusal, "\(operation.path) answered \(response.status)")
            }
        }
    }

    @Test func `people read the same, and their browser fetches nothing else`() async throws {
        try await Self.withDocument { process, document in
            let page = try await process.get("/docs")
            #expect(page.status == 200 && page["content-type"] == "text/html; charset=utf-8")
            #expect(page["content-security-policy"]?.hasPrefix("default-src 'none'; style-src 'sha256-") == true)
            for operation in document.operations where operation.path != "/docs" && operation.path != "/openapi.json" {
                #expect(page.text.contains("<code>\(operation.path)</code>"), "\(operation.path)")
            }
        }
    }
}
