import Glibc
package import Loop

/// One connection of a `ScriptedServer`: reads and sends exactly what the script says. It belongs to its loop's thread.
package final class ScriptedConnection: Watcher, @unchecked Sendable {
    /// The peer has closed, or reset the connection, before what was awaited had come.
    package struct Gone: Error {
        package init() {}
    }

    package let loop: Loop
    package let descriptor: Int32
    private var unread: [UInt8] = []
    private var waiter: CheckedContinuation<Void, any Error>?
    private var isOpen = true

    init(_ descriptor: Int32, on loop: Loop) { (self.descriptor, self.loop) = (descriptor, loop) }

    /// A connection of the script's own to somebody on this machine.
    package static func open(to port: UInt16, on loop: Loop) async throws -> ScriptedConnection {
        let connection = ScriptedConnection(try Socket.connect(to: SocketAddress("127.0.0.1", port: port)), on: loop)
        do {
            try await connection.wait(for: .writable)
            if let error = Socket.pendingError(connection.descriptor) { throw error }
            return connection
        } catch {
            connection.close()
            throw error
        }
    }

    /// What comes next, whatever it is; nothing at the end.
    package func readSome() async throws -> [UInt8] {
        if unread.isEmpty { _ = try await readMore() }
        defer { unread = [] }
        return unread
    }

    /// Everything up to and with `end`.
    package func read(to end: String = "\r\n\r\n") async throws -> String {
        let end = Array(end.utf8)
        while true {
            if let range = unread.firstRange(of: end) {
                defer { unread.removeFirst(range.upperBound) }
                return String(decoding: unread[..<range.upperBound], as: UTF8.self)
            }
            guard try await readMore() else { throw Gone() }
        }
    }

    package func read(count: Int) async throws -> [UInt8] {
        while unread.count < count {
            guard try await readMore() else { throw Gone() }
        }
        defer { unread.removeFirst(count) }
        return Array(unread[..<count])
    }

    /// Everything until the peer closes.
    package func readToEnd() async throws -> [UInt8] {
        while try await readMore() {}
        defer { unread = [] }
        return unread
    }

    package func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    package func send(_ bytes: [UInt8]) async throws {
        var sent = 0
        while sent < bytes.count {
            switch bytes[sent...].withUnsafeBytes({ Socket.write(descriptor, from: $0) }) {
            case .bytes(let count): sent += count
            case .wouldBlock: try await wait(for: .writable)
            case .end, .failed: throw Gone()
            }
        }
    }

    /// Closes in good order; the script's end does the same.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        Socket.close(descriptor)
    }

    /// Gives the socket away: the script's end no longer closes it.
    package func handOver() -> (descriptor: Int32, unread: [UInt8]) {
        isOpen = false
        return (descriptor, unread)
    }

    private func readMore() async throws -> Bool {
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            switch room.withUnsafeMutableBytes({ Socket.read(descriptor, into: $0) }) {
            case .bytes(let count):
                unread += room[..<count]
                return true
            case .end: return false
            case .wouldBlock: try await wait(for: .readable)
            case .failed: throw Gone()
            }
        }
    }

    private func wait(for readiness: Readiness) async throws {
        try loop.watch(descriptor, for: readiness, self)
        defer { loop.unwatch(descriptor) }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                waiter = continuation
            }
        } onCancel: {
            loop.execute { self.take()?.resume(throwing: CancellationError()) }
        }
    }

    package func ready(_ readiness: Readiness) { take()?.resume() }

    private func take() -> CheckedContinuation<Void, any Error>? {
        defer { waiter = nil }
        return waiter
    }
}
