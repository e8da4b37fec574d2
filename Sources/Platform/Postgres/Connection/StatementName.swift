/// The name of a prepared statement, ready for C.
@safe final class StatementName: @unchecked Sendable {
    // Written once, before anybody else sees it.
    let pointer: UnsafePointer<CChar>
    private let capacity: Int

    init(_ number: UInt64) {
        let bytes = "s\(number)".utf8CString
        let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
        _ = unsafe buffer.initialize(from: bytes)
        capacity = bytes.count
        guard let base = buffer.baseAddress else { preconditionFailure("a name is never empty") }
        unsafe pointer = UnsafePointer(base)
    }

    deinit { unsafe UnsafeMutablePointer(mutating: pointer).deallocate() }

    var text: String { unsafe String(cString: pointer) }
}
