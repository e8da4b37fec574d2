import Glibc

/// Where a stream socket listens or connects: an IP address and port, or the path of a Unix socket.
package struct SocketAddress: Sendable {
    private let bytes: [UInt8]
    package let family: Int32

    package var isInternet: Bool { family != AF_UNIX }

    /// From an IPv4 or IPv6 literal. Names are resolved elsewhere, on a lane, because that blocks.
    package init(_ literal: String, port: UInt16) throws(SystemError) {
        var four = sockaddr_in()
        if unsafe inet_pton(AF_INET, literal, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            self.init(family: AF_INET, of: four)
            return
        }
        var six = sockaddr_in6()
        guard unsafe inet_pton(AF_INET6, literal, &six.sin6_addr) == 1 else {
            throw SystemError(call: "inet_pton", code: EINVAL)
        }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        self.init(family: AF_INET6, of: six)
    }

    /// From the path of a Unix socket; at most 107 bytes.
    package init(path: String) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        let path = Array(path.utf8)
        guard path.count < room else { throw SystemError(call: "unix socket path", code: ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        self.init(family: AF_UNIX, of: address)
    }

    /// Copies what the resolver found; nil for families that are neither IPv4 nor IPv6.
    init?(copying address: UnsafePointer<sockaddr>?, port: UInt16) {
        guard let address = unsafe address else { return nil }
        switch unsafe Int32(address.pointee.sa_family) {
        case AF_INET:
            var four = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in.self)
            four.sin_port = port.bigEndian
            self.init(family: AF_INET, of: four)
        case AF_INET6:
            var six = unsafe UnsafeRawPointer(address).loadUnaligned(as: sockaddr_in6.self)
            six.sin6_port = port.bigEndian
            self.init(family: AF_INET6, of: six)
        default: return nil
        }
    }

    private init<Address>(family: Int32, of address: Address) {
        self.family = family
        bytes = unsafe withUnsafeBytes(of: address) { unsafe Array($0) }
    }

    @discardableResult
    func with<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Value) throws(SystemError)
        -> Value
    {
        let length = socklen_t(bytes.count)
        var storage = sockaddr_storage()
        unsafe withUnsafeMutableBytes(of: &storage) { unsafe $0.copyBytes(from: bytes) }
        var result: Result<Value, SystemError>?
        unsafe withUnsafePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                do throws(SystemError) { result = .success(unsafe try body(address, length)) } catch {
                    result = .failure(error)
                }
            }
        }
        guard let result else { preconditionFailure("the address was never lent") }
        return try result.get()
    }
}
