import Wire

/// Why a request was not done, told to the client as RFC 9457's `application/problem+json`.
///
/// It is a response and an error: a handler may throw it. Nothing in it is secret, because everything in it is sent.
package struct Problem: Error, Sendable {
    /// One thing wrong with the request's body, by JSON pointer.
    package struct Fault: Hashable, Sendable {
        package let pointer: String
        package let message: String

        package init(pointer: String, message: String) {
            self.pointer = pointer
            self.message = message
        }
    }

    package var status: Status
    /// A stable word for programs, such as `not_found`.
    package var code: String
    /// The kind of problem as a URI; `about:blank` says no more than the status.
    package var type = "about:blank"
    package var title: String
    /// What happened this time, for a human.
    package var detail: String?
    package var instance: String?
    package var errors: [Fault] = []
    package var headers = Headers()

    package init(_ status: Status, _ code: String, detail: String? = nil, errors: [Fault] = []) {
        self.status = status
        self.code = code
        title = String(describing: status.reason)
        self.detail = detail
        self.errors = errors
    }

    package static let notFound = Problem(.notFound, "not_found")
    package static let internalError = Problem(.internalServerError, "internal_error")

    package var response: Response {
        var members: [(String, JSONValue)] = [
            ("type", .string(type)), ("title", .string(title)), ("status", .integer(Int64(status.rawValue))),
            ("code", .string(code)),
        ]
        if let detail { members.append(("detail", .string(detail))) }
        if let instance { members.append(("instance", .string(instance))) }
        if !errors.isEmpty {
            let list = errors.map { fault in
                JSONValue.object([("pointer", .string(fault.pointer)), ("message", .string(fault.message))])
            }
            members.append(("errors", .array(list)))
        }
        return Response(status, .problem, headers: headers, body: .bytes(JSONValue.object(members).bytes()))
    }
}
