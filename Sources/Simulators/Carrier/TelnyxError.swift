import HTTP
import Wire

/// An error as Telnyx answers it.
struct TelnyxError {
    let status: UInt16
    let code: String
    let title: String

    static let unauthorized = TelnyxError(status: 401, code: "10009", title: "Authentication failed")
    static let unknownCall = TelnyxError(status: 404, code: "90015", title: "Invalid call control ID")
    static let ended = TelnyxError(status: 422, code: "90018", title: "Call has already ended")
    static let notAnswered = TelnyxError(status: 422, code: "90034", title: "Call not answered yet")
    static let outboundAnswered = TelnyxError(status: 422, code: "90102", title: "Outbound call can not be answered")
    static let streaming = TelnyxError(status: 422, code: "90045", title: "Media streaming is in use")
    static let notStreaming = TelnyxError(status: 422, code: "90048", title: "Media streaming is not in use")
    static let badRequest = TelnyxError(status: 400, code: "10015", title: "Bad request")
    static let badNumber = TelnyxError(status: 422, code: "10016", title: "Phone number must be in +E.164 format")
    static let badState = TelnyxError(status: 422, code: "90017", title: "client_state is not base64")
    static let unknownAction = TelnyxError(status: 404, code: "10005", title: "Resource not found")

    static func simulated(_ status: UInt16) -> TelnyxError {
        TelnyxError(status: status, code: status == 429 ? "10011" : "10007", title: "Simulated")
    }

    var document: JSONValue {
        .object([
            (
                "errors",
                .array([
                    .object([("code", .string(code)), ("title", .string(title)), ("detail", .string(title))])
                ])
            )
        ])
    }

    var response: Response { .json(document.bytes(), status: Status(status)) }
}
