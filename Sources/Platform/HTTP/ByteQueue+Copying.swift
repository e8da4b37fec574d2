import Wire

extension ByteQueue {
    /// The waiting bytes as an array of their own.
    func copied() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
