import HTTP
import Loop
import Wire

/// How a simulator turns somebody away before it begins.
enum SimulatedRefusal {
    /// Waits if it must, and answers if the trouble, or a wrong key, leaves nothing else.
    static func judge(
        _ request: Request, _ stage: Stage, _ trouble: SimulatedTrouble, keys: [String?],
        body: (UInt16) -> JSONValue
    ) async throws -> Response? {
        switch trouble {
        case .slowOpening(let delay): try await Loop.current?.sleep(for: delay)
        case .refused(let status, let retryAfter):
            stage.note { $0.refused += 1 }
            let response = Response.json(body(status).bytes(), status: Status(status))
            return retryAfter.map { response.with(.retryAfter, $0) } ?? response
        default: break
        }
        if let key = stage.key, !keys.contains(key) {
            stage.note { $0.refused += 1 }
            return .json(body(401).bytes(), status: .unauthorized)
        }
        return nil
    }

    /// What follows the scheme in `Authorization`.
    static func credentials(_ request: Request, _ scheme: String) -> String? {
        guard let text = request.headers[.authorization], text.lowercased().hasPrefix(scheme.lowercased() + " ") else {
            return nil
        }
        return String(text.dropFirst(scheme.count + 1))
    }
}
