/// Compressed bytes that cannot be unpacked.
package enum CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Unpacked, they are more than was allowed. Unpacking stopped there.
    case tooLarge(limit: Int)
    /// They are not what they claim to be.
    case corrupt
    /// They end too early.
    case truncated

    package var description: String {
        switch self {
        case .tooLarge(let limit): "compressed bytes unpack to more than \(limit)"
        case .corrupt: "compressed bytes are corrupt"
        case .truncated: "compressed bytes end too early"
        }
    }
}
