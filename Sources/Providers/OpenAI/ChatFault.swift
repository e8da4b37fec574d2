import Domain
import HTTP
import Wire

/// What is wrong, in the words of those who speak OpenAI's protocol; they differ, so much is forgiven.
enum ChatFault {
    /// A response that is no success.
    static func read(status: UInt16, headers: Headers, body: [UInt8]) -> StreamFault {
        let plain = StreamFault(status: status, headers: headers)
        let document = try? JSONValue(json: body)
        return StreamFault(cause(document?["error"]) ?? plain.cause, status: Int(status))
    }

    /// An error that came where a piece of the answer was due.
    static func read(_ error: JSONValue) -> StreamFault {
        if let cause = cause(error) { return StreamFault(cause) }
        let status = error["code"]?.wholeNumber ?? error["status"]?.wholeNumber
        guard let status, 400...599 ~= status else { return StreamFault(.overloaded) }
        return StreamFault(status: UInt16(status))
    }

    private static func cause(_ error: JSONValue?) -> StreamFault.Cause? {
        switch error?["code"]?.text ?? error?["type"]?.text {
        case "insufficient_quota", "billing_error": .unpaid
        case "context_length_exceeded", "string_above_max_length": .tooLong
        case "content_filter", "content_policy_violation": .filtered
        case "invalid_api_key", "authentication_error": .unauthorized
        default: nil
        }
    }
}
