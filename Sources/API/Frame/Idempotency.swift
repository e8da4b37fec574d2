import Crypto
import HTTP
import Service
import Store
import Wire

/// Gives a request its effect once and its answer as often as it comes, under the key that its sender named.
///
/// Answers are kept sealed: some hold what is shown once.
struct Idempotency: Sendable {
    static let keyMax = 255
    static let header: HeaderName = "Idempotency-Key"
    static let replayed: HeaderName = "Idempotent-Replayed"

    private let box: SealedBox

    init(_ box: SealedBox) { self.box = box }

    /// Nil where none is named, and for what changes nothing or may come twice anyway.
    static func key(of request: Request) throws(Problem) -> String? {
        guard request.method == .post || request.method == .patch, request.headers.has(header) else { return nil }
        let values = request.headers.values(of: header)
        var text = values[0]
        if text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") { text = String(text.dropFirst().dropLast()) }
        guard values.count == 1, (1...keyMax).contains(text.utf8.count), text.utf8.allSatisfy({ 0x21...0x7e ~= $0 })
        else {
            throw Problem(
                .badRequest, "invalid_idempotency_key", detail: "one key of 1 to \(keyMax) visible characters is taken")
        }
        return text
    }

    func once(_ key: String, _ visit: Visit, _ answer: () async throws -> Response) async throws -> Response {
        let route = "\(visit.request.method.rawValue) \(visit.request.path)"
        let store = IdempotencyStore(visit.database, key: key, route: route)
        let associated = Array("\(visit.database.organization) \(key) \(route)".utf8)
        switch try await store.begin(HashFunction.sha256.digest(of: visit.request.body)) {
        case .another:
            throw Problem(
                .unprocessableContent, "idempotency_key_reused", detail: "this key stood before another request")
        case .busy:
            throw Problems.conflict(
                "idempotency_in_progress", "the same request is being answered", retryAfter: 1)
        case .answered(let status, let stored):
            return try opened(status, stored, associated)
        case .begun(let attempt):
            let response: Response
            do {
                response = try await answer()
            } catch let problem as Problem where problem.status.rawValue < 500 && problem.status != .tooManyRequests {
                response = problem.response
            } catch {
                try await store.forget(attempt)
                throw error
            }
            try await store.settle(
                attempt, status: Int(response.status.rawValue), response: sealed(response, associated))
            return response
        }
    }

    private func sealed(_ response: Response, _ associated: [UInt8]) -> [UInt8] {
        var queue = ByteQueue()
        queue.appendJSON { json in
            json.beginObject()
            json.name("type")
            json.string(response.contentType?.text ?? "")
            json.name("headers")
            json.beginObject()
            for header in response.headers.all {
                json.name(header.name)
                json.string(header.value)
            }
            json.endObject()
            json.name("body")
            if case .bytes(let bytes) = response.body { json.string(base64: bytes.span) } else { json.string("") }
            json.endObject()
        }
        return box.seal(queue.bytes, associated: associated.span)
    }

    private func opened(_ status: Int, _ stored: [UInt8], _ associated: [UInt8]) throws -> Response {
        let plain: JSONValue
        do {
            var limits = JSONLimits()
            limits.bytesMax = stored.count
            plain = try box.open(stored.span, associated: associated.span).withBytes {
                try JSONValue(json: $0, limits: limits)
            }
        } catch {
            // Sealed under a key that is gone.
            throw Problems.conflict(
                "idempotency_answer_lost", "the request was answered, and the answer can't be told again")
        }
        guard let code = UInt16(exactly: status), let type = plain["type"]?.text, let text = plain["body"]?.text else {
            throw Problem.internalError
        }
        let body = try Base64.standard.decode(text)
        var response = Response(
            Status(code), type.isEmpty ? nil : ContentType(type), body: body.isEmpty ? .empty : .bytes(body))
        if case .object(let headers)? = plain["headers"] {
            for header in headers.members {
                if let name = HeaderName(header.name), let value = header.value.text {
                    response.headers.add(name, value)
                }
            }
        }
        response.headers.set(Self.replayed, "true")
        return response
    }
}
