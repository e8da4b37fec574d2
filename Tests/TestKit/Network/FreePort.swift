import Glibc
package import Loop

/// A port nobody listens on at the moment, for executables that must be told one.
package enum FreePort {
    /// Below the ports that the kernel gives to outgoing connections, so that none of them takes it before the executable
    /// does, and away from those that `deploy/local/services` chooses from.
    private static let range: Range<UInt16> = 10_000..<20_000

    package static func find() throws(SystemError) -> UInt16 {
        let listener = try listen()
        defer { Socket.stopListening(listener) }
        return try Socket.localPort(listener)
    }

    /// Listens on such a port at once: between finding one and taking it somebody else may.
    package static func listen() throws(SystemError) -> Int32 {
        while true {
            do throws(SystemError) {
                return try Socket.listen("127.0.0.1", port: .random(in: range))
            } catch {
                guard error.code == EADDRINUSE else { throw error }
            }
        }
    }
}

extension Socket {
    /// Frees the port at once. Closing alone does not while a child that was forked a moment ago, and has not become another
    /// program yet, holds the descriptor too.
    static func stopListening(_ listener: Int32) {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
