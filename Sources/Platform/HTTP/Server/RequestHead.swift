/// What a request's head says, with places into the bytes it was read from.
struct RequestHead {
    /// How the body's end is found.
    enum Framing: Hashable {
        case none
        case length(Int)
        case chunked
    }

    var method = Method.get
    /// Path and query, or `*`; with an `authority` the path may be missing.
    var target = 0..<0
    /// Host and port, when the target named them.
    var authority: Range<Int>?
    var fields: [Headers.Field] = []
    var framing = Framing.none
    /// HTTP/1.0.
    var isLegacy = false
    var keepsAlive = true
    var expectsContinue = false
    /// Bytes up to and with the empty line.
    var length = 0
}
