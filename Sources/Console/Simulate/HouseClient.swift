import HTTP
import Loop
import Wire

/// Asks the system's API, as any of its users would. On its loop alone.
final class HouseClient {
    struct Answer {
        let status: UInt16
        let document: JSONValue

        var code: String { document["code"]?.text ?? "status \(status)" }
        var detail: String { document["detail"]?.text ?? "" }
        /// Where a body was wrong.
        var faults: String {
            guard case .array(let faults)? = document["errors"] else { return "" }
            return faults.map { "\($0["pointer"]?.text ?? "") \($0["message"]?.text ?? "")" }.joined(separator: "; ")
        }
        var isGood: Bool { 200...299 ~= status }
    }

    private static let patience = Duration.seconds(15)

    private let client: HTTPClient
    private let url: String
    private var token: String?

    init(_ client: HTTPClient, url: String) { (self.client, self.url) = (client, url) }

    func signIn(email: String, password: String) async throws {
        let answer = try await send(
            .post, "/auth/login", .object([("email", .string(email)), ("password", .string(password))]))
        guard let token = answer.document["access_token"]?.text else {
            throw Trouble("can't sign in to \(url): \(answer.code) \(answer.detail)")
        }
        self.token = token
    }

    func send(_ method: Method, _ path: String, _ body: JSONValue? = nil) async throws -> Answer {
        var headers = Headers([.accept: "application/json"])
        if let token { headers.set(.authorization, "Bearer \(token)") }
        if body != nil { headers.set(.contentType, "application/json") }
        var request = ClientRequest(
            method, "\(url)/api/v1\(path)", headers: headers, body: body.map { .bytes($0.bytes()) } ?? .none)
        request.deadlines.total = Self.patience
        do {
            let response = try await client.send(request)
            let bytes = try await response.body.whole()
            return Answer(
                status: response.status.rawValue, document: bytes.isEmpty ? .null : try JSONValue(json: bytes))
        } catch let error as HTTPClientError {
            throw Trouble("\(url) does not answer: \(error). Does the system run? `make run` starts it")
        }
    }

    /// The answer's document; anything but success ends the command.
    @discardableResult
    func done(_ method: Method, _ path: String, _ body: JSONValue? = nil, or fine: String...) async throws -> JSONValue
    {
        let answer = try await send(method, path, body)
        guard answer.isGood || fine.contains(answer.code) else {
            throw Trouble("\(method.rawValue) \(path) was refused: \(answer.code) \(answer.detail) \(answer.faults)")
        }
        return answer.document
    }

    func rows(_ path: String) async throws -> [JSONValue] {
        guard case .array(let rows)? = try await done(.get, path)["data"] else { return [] }
        return rows
    }
}
