/// What a request asks to be done. Only these are known; any other method is answered with 501 before a handler sees it.
/// `TRACE` is known so that it is refused as the standard wants, with 405: no route takes it.
package enum Method: String, Hashable, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"

    /// Where it stands among all of them.
    var place: Int {
        switch self {
        case .get: 0
        case .head: 1
        case .post: 2
        case .put: 3
        case .patch: 4
        case .delete: 5
        case .options: 6
        case .trace: 7
        }
    }

    /// Methods are case-sensitive (RFC 9110 §9.1).
    init?(_ bytes: Span<UInt8>, in range: Range<Int>) {
        switch (range.count, bytes[range.lowerBound]) {
        case (3, UInt8(ascii: "G")): self = .get
        case (3, UInt8(ascii: "P")): self = .put
        case (4, UInt8(ascii: "H")): self = .head
        case (4, UInt8(ascii: "P")): self = .post
        case (5, UInt8(ascii: "P")): self = .patch
        case (5, UInt8(ascii: "T")): self = .trace
        case (6, UInt8(ascii: "D")): self = .delete
        case (7, UInt8(ascii: "O")): self = .options
        default: return nil
        }
        guard bytes.holds(rawValue, in: range) else { return nil }
    }
}
