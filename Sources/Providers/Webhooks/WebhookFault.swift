/// A webhook that was signed as it should be and that we can't read. It names the place, never what stood there.
package enum WebhookFault: Error, Hashable, Sendable {
    case notJSON
    case notAForm
    case missing(String)

    package var field: String {
        switch self {
        case .notJSON, .notAForm: "body"
        case .missing(let field): field
        }
    }
}
