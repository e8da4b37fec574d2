/// What a request's head says, with places into the bytes it was read from.
struct RequestHead {
    /// How the body's end is found.
    enum Framing: Hashable {
        case none
        case length(Int)
        case chunked
    }

    var method = Method.get
    var target = 0..<0
    var fields: [Headers.Field] = []
    var framing = Framing.none
    /// HTTP/1.0.
    var isLegacy = false
    var keepsAlive = true
    var expectsContinue = false
    /// Bytes up to and with the empty line.
    var length = 0
}
