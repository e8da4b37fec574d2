import Glibc

/// A system call that the kernel refused.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let call: String
    package let code: Int32

    package init(call: String, code: Int32) {
        self.call = call
        self.code = code
    }

    /// The error number of the calling thread, read at once after `call` failed.
    package static func last(_ call: String) -> SystemError { SystemError(call: call, code: errno) }

    /// Passes a result through unless it is -1.
    @discardableResult
    package static func check(_ result: Int32, _ call: String) throws(SystemError) -> Int32 {
        if result == -1 { throw .last(call) }
        return result
    }

    package var isNoSuchFile: Bool { code == ENOENT }

    package var description: String { unsafe "\(call): \(String(cString: strerror(code)))" }
}
