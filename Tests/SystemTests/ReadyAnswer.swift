import TestKit
import Wire

/// What `/readyz` said.
struct ReadyAnswer {
    let status: Int
    let text: String
    private let document: JSONValue

    init(_ response: RawResponse) throws {
        status = response.status
        text = response.text
        document = try JSONValue(json: response.body)
    }

    /// Up, degraded or down.
    var word: String? { document["status"]?.text }

    func word(of check: String) -> String? { self[check]?["status"]?.text }

    func reason(of check: String) -> String? { self[check]?["reason"]?.text }

    private subscript(check: String) -> JSONValue? {
        guard case .array(let checks) = document["checks"] else { return nil }
        return checks.first { $0["name"]?.text == check }
    }
}
