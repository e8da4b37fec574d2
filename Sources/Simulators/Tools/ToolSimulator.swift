package import Crypto
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
    /// What posts must be signed with, one of them; nil takes any post, signed or not.
    package var secrets: [Crypto.Secret]?
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

    /// How far a post's clock may be from ours.
    package static let window: Int64 = 300

    /// As a tool's owner would look at it: who has signed these bytes, under this id, a moment ago?
    private static func isSigned(_ request: Request, with secrets: [Crypto.Secret]) -> Bool {
        guard let id = request.headers["webhook-id"], let text = request.headers["webhook-timestamp"],
            let seconds = Int64(text), abs(Timestamp.now.microseconds / 1_000_000 - seconds) <= window,
            let codes = request.headers["webhook-signature"]
        else { return false }
        let signed = Array("\(id).\(text).".utf8) + request.body
        return codes.split(separator: " ").contains { code in
            guard code.hasPrefix("v1,"), let bytes = try? Base64.standard.decode(String(code.dropFirst(3))) else {
                return false
            }
            return secrets.contains { HMACSHA256.isValid(bytes.span, for: signed.span, key: $0) }
        }
    }

    private func answer(_ request: Request, _ name: String) async throws -> Response {
        loop.checkIsolated()
        let document = (try? JSONValue(json: request.body)) ?? .null
        if asked.count == Self.askedMax { asked.removeFirst() }
        asked.append(Asked(name: name, key: request.headers["Idempotency-Key"], document: document))
        if let secrets, !Self.isSigned(request, with: secrets) { return .json([], status: .unauthorized) }
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
