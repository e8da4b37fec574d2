import Glibc
import Loop

/// A TCP client that sends exactly the bytes it is told to and shows exactly what comes back: for proving servers.
///
/// It blocks, on a lane of its own. Nothing it waits for lasts longer than its patience.
package final class RawConnection: Sendable {
    package enum Failure: Error, Equatable {
        case connect(Int32)
        case send(Int32)
        /// Nothing came within the patience; what had come is shown.
        case silence(after: String)
        /// The peer was gone before a whole response had come.
        case cutShort(after: String)
    }

    private let lane: Lane
    private let descriptor: Int32
    private let patience: Duration
    private let unread = Unread()

    /// Belongs to the lane's thread.
    private final class Unread: @unchecked Sendable {
        var bytes: [UInt8] = []
    }

    /// `receiveBuffer` makes the kernel take little, so that a client that does not read stalls its server soon.
    package init(port: UInt16, patience: Duration = .seconds(10), receiveBuffer: Int32? = nil) async throws {
        let lane = try Lane(name: "raw-client")
        self.lane = lane
        self.patience = patience
        descriptor = try await lane.run { try Self.connect(port, receiveBuffer) }
    }

    deinit { Glibc.close(descriptor) }

    private static func connect(_ port: UInt16, _ receiveBuffer: Int32?) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.connect(errno) }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == -1 {
            let code = errno
            Glibc.close(descriptor)
            throw Failure.connect(code)
        }
        return descriptor
    }

    // MARK: - Sending

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) async throws {
        let descriptor = descriptor
        try await lane.run {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { throw Failure.send(errno) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends without end until the peer refuses or takes no more for a moment; answers how many bytes it took.
    package func flood(_ piece: [UInt8], upTo limit: Int) async throws -> Int {
        let descriptor = descriptor
        return try await lane.run {
            var sent = 0
            while sent < limit {
                let count = piece.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return sent }
                sent += count
            }
            return sent
        }
    }

    package func shutdownSending() async throws {
        let descriptor = descriptor
        try await lane.run { _ = shutdown(descriptor, Int32(SHUT_WR)) }
    }

    /// Ends with a reset instead of a goodbye.
    package func reset() async throws {
        let descriptor = descriptor
        try await lane.run {
            var linger = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
            // The number stays taken until this object goes: an open pipe end stands in for the socket.
            var pipes: [Int32] = [0, 0]
            pipe(&pipes)
            dup2(pipes[0], descriptor)
            Glibc.close(pipes[0])
            Glibc.close(pipes[1])
        }
    }

    // MARK: - Receiving

    /// The next bytes, whatever they are; none at the end.
    package func read() async throws -> [UInt8] {
        try await onLane { unread, receive in
            if unread.bytes.isEmpty { _ = try receive() }
            defer { unread.bytes = [] }
            return unread.bytes
        }
    }

    /// Exactly `count` bytes.
    package func read(_ count: Int) async throws -> [UInt8] {
        try await onLane { unread, receive in
            while unread.bytes.count < count {
                guard try receive() else {
                    throw Failure.cutShort(after: String(decoding: unread.bytes, as: UTF8.self))
                }
            }
            defer { unread.bytes.removeFirst(count) }
            return Array(unread.bytes.prefix(count))
        }
    }

    /// All bytes up to the peer's end or reset.
    package func readToEnd() async throws -> [UInt8] {
        try await onLane { unread, receive in
            while try receive() {}
            defer { unread.bytes = [] }
            return unread.bytes
        }
    }

    /// One whole response. `toHead` says that it answers a HEAD request, and has no body.
    package func response(toHead: Bool = false) async throws -> RawResponse {
        try await onLane { unread, receive in
            while true {
                if let response = RawResponse(&unread.bytes, toHead: toHead, isAtEnd: false) { return response }
                if try !receive() { break }
            }
            guard let response = RawResponse(&unread.bytes, toHead: toHead, isAtEnd: true) else {
                throw Failure.cutShort(after: String(decoding: unread.bytes.prefix(2000), as: UTF8.self))
            }
            return response
        }
    }

    /// Runs `body` on the lane with a way to receive more, which answers false at the peer's end.
    private func onLane<Value: Sendable>(
        _ body: @escaping @Sendable (Unread, () throws -> Bool) throws -> Value
    ) async throws -> Value {
        let (unread, descriptor, patience) = (unread, descriptor, patience)
        return try await lane.run {
            let deadline = Moment.now + patience
            return try body(unread) { try Self.receive(descriptor, into: unread, until: deadline) }
        }
    }

    private static func receive(_ descriptor: Int32, into unread: Unread, until deadline: Moment) throws -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let left = (deadline - .now).wholeNanoseconds / 1_000_000
        guard left > 0, Glibc.poll(&poll, 1, Int32(left)) == 1 else {
            throw Failure.silence(after: String(decoding: unread.bytes.prefix(2000), as: UTF8.self))
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { unread.bytes += buffer[..<count] }
        return count > 0
    }
}
