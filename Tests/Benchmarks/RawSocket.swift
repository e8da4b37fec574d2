import Glibc

/// A blocking loopback connection, for generators that must cost as little as they can.
final class RawSocket {
    let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if code != 0 {
            let reason = errno
            Glibc.close(descriptor)
            throw Trouble("connecting to port \(port): \(String(cString: strerror(reason)))")
        }
    }

    func close() { _ = Glibc.close(descriptor) }

    /// Closes without a goodbye.
    func reset() {
        var abrupt = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Trouble("sending: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Reads once, up to `limit` bytes; empty at the end.
    func receive(_ limit: Int = 65_536) throws -> [UInt8] {
        var failed: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let got = recv(descriptor, buffer.baseAddress, limit, 0)
            if got < 0 { failed = errno }
            count = max(0, got)
        }
        if failed != 0 { throw Trouble("receiving: \(String(cString: strerror(failed)))") }
        return bytes
    }

    func receive(exactly count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            let more = try receive(count - bytes.count)
            if more.isEmpty { throw Trouble("the peer closed after \(bytes.count) of \(count) bytes") }
            bytes += more
        }
        return bytes
    }
}
