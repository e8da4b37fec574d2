import COpenSSL

/// The calls of OpenSSL made in this room fail only if memory is out or we are wrong, so a failure stops the process.
enum OpenSSLFailure {
    /// Forgets what earlier calls of this thread left behind, so that the reason found later is the right one.
    static func forget() { ERR_clear_error() }

    /// Collects the reasons on this thread's queue, oldest first. They hold names of functions, never data.
    static func reasons() -> String {
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
                unsafe ERR_error_string_n(code, buffer.baseAddress, buffer.count)
                return unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
            }
            reasons.append(text)
        }
        return reasons.joined(separator: "; ")
    }

    static func check(_ result: CInt, _ attempt: StaticString) {
        guard result == 1 else { preconditionFailure("\(attempt) failed: \(reasons())") }
    }
}
