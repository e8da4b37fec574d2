import CLinux
import Glibc

/// The system calls on sockets that the rooms above need, each in one place: `EINTR` is retried, "would block" is a case
/// and not an error, and a descriptor that is not ours stops the process because only a bug leads there.
package enum Socket {
    package enum Outcome: Equatable, Sendable {
        case bytes(Int)
        /// The peer sends no more.
        case end
        case wouldBlock
        case failed(Int32)
    }

    /// Reads what is there into `buffer`.
    package static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Outcome {
        while true {
            let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            if let outcome = failure(errno) { return outcome }
        }
    }

    /// Writes as much of `buffer` as the kernel takes. A peer that has gone is a failure, never a signal.
    package static func write(_ descriptor: Int32, from buffer: UnsafeRawBufferPointer) -> Outcome {
        while true {
            let count = unsafe send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            if let outcome = failure(errno) { return outcome }
        }
    }

    private static func failure(_ code: Int32) -> Outcome? {
        switch code {
        case EINTR: return nil
        case EAGAIN: return .wouldBlock
        case EBADF, EFAULT, ENOTSOCK: preconditionFailure("socket call on something that is no open socket: \(code)")
        default: return .failed(code)
        }
    }

    /// A listening TCP socket. `address` is an IPv4 or IPv6 literal; port 0 lets the kernel choose.
    ///
    /// `sharing` sets `SO_REUSEPORT`: several loops may listen on one port, and the kernel spreads connections by hash.
    package static func listen(_ address: String, port: UInt16, backlog: Int32 = 1024, sharing: Bool = false)
        throws(SystemError) -> Int32
    {
        let target = try SocketAddress(address, port: port)
        let descriptor = try open(target.family)
        do {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR)
            if sharing { try set(descriptor, SOL_SOCKET, SO_REUSEPORT) }
            unsafe try target.with { pointer, length throws(SystemError) in
                try SystemError.check(unsafe bind(descriptor, pointer, length), "bind")
            }
            try SystemError.check(Glibc.listen(descriptor, backlog), "listen")
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Begins a TCP connection; it is made, or has failed, when the descriptor becomes writable: then ask `pendingError`.
    package static func connect(to target: SocketAddress) throws(SystemError) -> Int32 {
        let descriptor = try open(target.family)
        do {
            if target.isInternet { try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) }
            unsafe try target.with { pointer, length throws(SystemError) in
                if unsafe Glibc.connect(descriptor, pointer, length) == -1, errno != EINPROGRESS {
                    throw .last("connect")
                }
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// One waiting connection, non-blocking and without Nagle's delay; nil when none waits.
    package static func accept(_ listener: Int32) throws(SystemError) -> Int32? {
        while true {
            let descriptor = linux_accept(listener)
            if descriptor >= 0 { return descriptor }
            switch errno {
            case EINTR, ECONNABORTED, EPROTO: continue
            case EAGAIN: return nil
            default: throw .last("accept4")
            }
        }
    }

    /// What became of `connect`; nil when the connection stands.
    package static func pendingError(_ descriptor: Int32) -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        if unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == -1 { return .last("getsockopt") }
        return code == 0 ? nil : SystemError(call: "connect", code: code)
    }

    /// The port a socket is bound to: what the kernel chose for port 0.
    package static func localPort(_ descriptor: Int32) throws(SystemError) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe getsockname(descriptor, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        try SystemError.check(code, "getsockname")
        // Both families keep the port in the same place.
        let raw = unsafe withUnsafeBytes(of: &storage) { unsafe $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self) }
        return UInt16(bigEndian: raw)
    }

    /// The peer's address as a literal, without the port; nil once it has gone.
    package static func peerAddress(_ descriptor: Int32) -> String? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutableBytes(of: &storage) { bytes -> String? in
            guard let address = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return nil }
            guard unsafe getpeername(descriptor, address, &length) == 0 else { return nil }
            return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { name in
                let flags = NI_NUMERICHOST
                guard
                    unsafe getnameinfo(address, length, name.baseAddress, socklen_t(name.count), nil, 0, flags) == 0,
                    let base = name.baseAddress
                else { return nil }
                return unsafe String(cString: base)
            }
        }
    }

    /// How much of what was written, our end included, the peer's kernel has not confirmed yet; nothing once it has gone.
    package static func unacknowledged(_ descriptor: Int32) -> Int {
        var count: Int32 = 0
        return unsafe ioctl(descriptor, UInt(TIOCOUTQ), &count) == 0 ? Int(count) : 0
    }

    package static func shutdownSending(_ descriptor: Int32) { _ = shutdown(descriptor, Int32(SHUT_WR)) }

    package static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    private static func open(_ family: Int32) throws(SystemError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return try SystemError.check(socket(family, type, 0), "socket")
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) throws(SystemError) {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        try SystemError.check(unsafe setsockopt(descriptor, level, option, &on, size), "setsockopt")
    }
}
