import HTTP
import Store

/// The problems that more than one route may tell of, each under a code that stays.
enum Problems {
    static let unauthorized: Problem = {
        var problem = Problem(
            .unauthorized, "unauthorized", detail: "send an access token or API key as `Authorization: Bearer …`")
        problem.headers.set("WWW-Authenticate", "Bearer")
        return problem
    }()

    static func forbidden(_ scope: String) -> Problem {
        Problem(.forbidden, "forbidden", detail: "this needs the scope \(scope)")
    }

    static func parameter(_ name: String, _ message: String) -> Problem {
        Problem(
            .badRequest, "invalid_parameter", detail: "a parameter of the query can't be taken",
            errors: [.init(pointer: "?\(name)", message: message)])
    }

    static let invalidCursor = Problem(
        .badRequest, "invalid_cursor", detail: "begin again without `cursor`, or with the filters it was given for")

    static func invalidBody(_ errors: [Problem.Fault]) -> Problem {
        Problem(.unprocessableContent, "invalid_body", detail: "the body does not say what it should", errors: errors)
    }

    static func conflict(_ code: String, _ detail: String, retryAfter seconds: Int? = nil) -> Problem {
        var problem = Problem(.conflict, code, detail: detail)
        if let seconds { problem.headers.set(.retryAfter, "\(seconds)") }
        return problem
    }

    static let notYetProjected = conflict(
        "not_yet_projected", "what you wrote is not there to be read yet: ask again", retryAfter: 1)

    static let preconditionFailed = Problem(
        .preconditionFailed, "precondition_failed", detail: "it has changed since: read it again")

    static func tooMany(_ verdict: RateVerdict) -> Problem {
        let wait = verdict.secondsToWait
        var problem = Problem(.tooManyRequests, "too_many_requests", detail: "try again in \(wait) s")
        problem.headers.set(.retryAfter, "\(wait)")
        verdict.tell(&problem.headers)
        return problem
    }

    static let busy: Problem = {
        var problem = Problem(.serviceUnavailable, "busy", detail: "try again in a moment")
        problem.headers.set(.retryAfter, "1")
        return problem
    }()

    /// What errors of other rooms mean to who asked; others go on as they are.
    static func known(_ error: any Error) -> any Error {
        switch error {
        case is NotYetProjected: notYetProjected
        default: error
        }
    }
}
