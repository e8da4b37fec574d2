/// What stands around the deflated bytes.
enum CompressionFormat {
    /// Nothing (RFC 1951): inside WebSocket messages.
    case raw
    /// A gzip header and checksum (RFC 1952): HTTP bodies.
    case gzip

    /// How zlib asks for it: the largest window, plus its sign for the format.
    var windowBits: Int32 {
        switch self {
        case .raw: -15
        case .gzip: 31
        }
    }
}
