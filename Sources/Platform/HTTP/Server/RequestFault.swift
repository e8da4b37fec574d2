/// Why a request was refused before a handler saw it. The connection ends with the answer, since where the next request would
/// begin can no longer be trusted.
package enum RequestFault: String, Error, Hashable, Sendable, CaseIterable {
    case badRequestLine = "bad_request_line"
    case badTarget = "bad_target"
    case unknownMethod = "unknown_method"
    case unsupportedVersion = "unsupported_version"
    case targetTooLong = "target_too_long"
    case headTooLarge = "head_too_large"
    case badHeader = "bad_header"
    case badHost = "bad_host"
    case badContentLength = "bad_content_length"
    case ambiguousLength = "ambiguous_length"
    case unsupportedTransferCoding = "unsupported_transfer_coding"
    case unmetExpectation = "unmet_expectation"
    case badChunk = "bad_chunk"
    case trailersTooLarge = "trailers_too_large"
    case bodyTooLarge = "body_too_large"
    case badContentCoding = "bad_content_coding"
    case unsupportedContentCoding = "unsupported_content_coding"
    case headTimedOut = "head_timed_out"
    case bodyTimedOut = "body_timed_out"

    package var status: Status {
        switch self {
        case .badRequestLine, .badTarget, .badHeader, .badHost, .badContentLength, .ambiguousLength, .badChunk,
            .badContentCoding:
            .badRequest
        case .unknownMethod, .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .versionNotSupported
        case .targetTooLong: .uriTooLong
        case .headTooLarge, .trailersTooLarge: .headTooLarge
        case .unsupportedContentCoding: .unsupportedMediaType
        case .unmetExpectation: .expectationFailed
        case .bodyTooLarge: .contentTooLarge
        case .headTimedOut, .bodyTimedOut: .requestTimeout
        }
    }

    private var detail: String {
        switch self {
        case .badRequestLine: "the request line is malformed"
        case .badTarget: "the target is no path that can be decoded"
        case .unknownMethod: "the method is not known here"
        case .unsupportedVersion: "only HTTP/1.1 and HTTP/1.0 are spoken here"
        case .targetTooLong: "the target is longer than is read here"
        case .headTooLarge: "the headers are more than is read here"
        case .badHeader: "a header is malformed"
        case .badHost: "exactly one Host header is needed"
        case .badContentLength: "Content-Length is malformed or repeated"
        case .ambiguousLength: "the length of the body is stated in two ways"
        case .unsupportedTransferCoding: "the only transfer coding known here is chunked"
        case .unmetExpectation: "the only expectation known here is 100-continue"
        case .badChunk: "the chunked body is malformed"
        case .trailersTooLarge: "the trailers are more than is read here"
        case .bodyTooLarge: "the body is larger than is read here"
        case .badContentCoding: "the body's content coding is malformed"
        case .unsupportedContentCoding: "the only content coding known here is gzip"
        case .headTimedOut: "the headers did not arrive in time"
        case .bodyTimedOut: "the body did not arrive in time"
        }
    }

    var problem: Problem { Problem(status, rawValue, detail: detail) }
}
