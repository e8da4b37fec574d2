package import HTTP
package import Loop
package import Wire

/// The servers behind agents' tools as one of our own: what each answers is told beforehand. On its loop's thread alone.
package final class ToolSimulator: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package enum Answer: Sendable {
        case result(JSONValue)
        /// As it is, which need not be JSON.
        case text(String)
        case status(UInt16)
        case redirect(to: String)
    }

    package struct Tool: Sendable {
        package var answer: Answer
        /// How long it takes.
        package var after: Duration

        package init(_ answer: Answer, after: Duration = .zero) { (self.answer, self.after) = (answer, after) }
    }

    /// What came in.
    package struct Asked: Sendable {
        package let name: String
        package let key: String?
        package let document: JSONValue
    }

    /// Then the oldest is forgotten.
    package static let askedMax = 256

    package var tools: [String: Tool]
    package private(set) var asked: [Asked] = []
    private let loop: Loop

    package init(on loop: Loop, _ tools: [String: Tool] = [:]) { (self.loop, self.tools) = (loop, tools) }

    package static func path(of name: String) -> String { "/tools/\(name)" }

    package var routes: [Route] {
        [
            Route(.post, "/tools/{name}") { [self] (request: Request, name: String) in
                try await answer(request, name)
            }
        ]
    }

    private func answer(_ request: Request, _ name: String) async throws -> Response {
        loop.checkIsolated()
        let document = (try? JSONValue(json: request.body)) ?? .null
        if asked.count == Self.askedMax { asked.removeFirst() }
        asked.append(Asked(name: name, key: request.headers["Idempotency-Key"], document: document))
        guard let tool = tools[name] else { throw Problem.notFound }
        if tool.after > .zero { try await loop.sleep(for: tool.after) }
        switch tool.answer {
        case .result(let document): return .json(document.bytes())
        case .text(let text): return .json(Array(text.utf8))
        case .status(let status): return .json(JSONValue.object([]).bytes(), status: Status(status))
        case .redirect(let place): return .redirect(Status(307), to: place)
        }
    }
}
