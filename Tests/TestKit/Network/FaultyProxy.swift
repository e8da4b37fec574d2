import Glibc
package import Loop

/// A TCP proxy between a test and a real server, whose line can be made bad while it is in use.
///
/// It listens on a port of its own on 127.0.0.1 and forwards to an internet or Unix address. It lives on one loop and is
/// used there alone. `close` it before the loop ends.
package final class FaultyProxy {
    package enum Direction: Sendable { case toServer, toClient }

    package enum Mode: Sendable {
        case pass
        /// Reads nothing and closes nothing: to both sides the other one has fallen silent, and the ends of connections
        /// are not passed on either. New connections are accepted and held.
        case stall
        /// Swallows everything that goes one way, ends of connections too.
        case blackhole(Direction)
        /// Lets every byte arrive this much later, in order.
        case delay(Duration)
        /// Passes so many bytes one way, on each connection from now on, then closes that connection.
        case cut(Direction, after: Int)
        /// Closes the listener, so that new connections are refused; the open ones go on. Any other mode listens again
        /// on the same port.
        case refuse
        /// Resets (no goodbye: RST) all open connections at once, and each new one.
        case reset
    }

    package struct Statistics: Equatable, Sendable {
        package var connectionsAccepted = 0
        package var connectionsOpen = 0
        /// Bytes read from the clients, and from the server, whatever became of them.
        package var bytesFromClient = 0
        package var bytesFromServer = 0
    }

    package let port: UInt16
    package internal(set) var statistics = Statistics()
    private(set) var mode = Mode.pass

    let loop: Loop
    private let upstream: SocketAddress
    private var listener: Listener?
    private var links: [ObjectIdentifier: ProxyLink] = [:]

    package init(on loop: Loop, to upstream: SocketAddress) throws(SystemError) {
        loop.checkIsolated()
        self.loop = loop
        self.upstream = upstream
        let descriptor = try FreePort.listen()
        do throws(SystemError) {
            port = try Socket.localPort(descriptor)
        } catch {
            Socket.close(descriptor)
            throw error
        }
        listener = try Listener(descriptor, of: self)
    }

    /// Where the test connects instead of to the server.
    package var address: SocketAddress {
        get throws(SystemError) { try SocketAddress("127.0.0.1", port: port) }
    }

    /// Changes the line, for open connections as well as new ones. Fails only if the port cannot be listened on again.
    package func turn(_ mode: Mode) throws(SystemError) {
        loop.checkIsolated()
        self.mode = mode
        if case .refuse = mode {
            listener?.close()
            listener = nil
        } else if listener == nil {
            listener = try Listener(Socket.listen("127.0.0.1", port: port), of: self)
        }
        for link in links.values { link.modeChanged() }
    }

    /// Closes every open connection politely; the listener stays as it is.
    package func drop() {
        loop.checkIsolated()
        for link in links.values { link.close() }
    }

    package func close() {
        drop()
        listener?.close()
        listener = nil
    }

    private func accepted(_ client: Int32) {
        statistics.connectionsAccepted += 1
        if case .reset = mode { return Socket.reset(client) }
        do throws(SystemError) {
            let server = try Socket.connect(to: upstream)
            let link = ProxyLink(client: client, server: server, of: self)
            links[ObjectIdentifier(link)] = link
            statistics.connectionsOpen += 1
            link.modeChanged()
        } catch {
            // The server is not there, or full: what the client would see of it is a closed connection.
            Socket.close(client)
        }
    }

    func ended(_ link: ProxyLink) {
        guard links.removeValue(forKey: ObjectIdentifier(link)) != nil else { return }
        statistics.connectionsOpen -= 1
    }

    private final class Listener: Watcher {
        private let descriptor: Int32
        private unowned let proxy: FaultyProxy

        init(_ descriptor: Int32, of proxy: FaultyProxy) throws(SystemError) {
            self.descriptor = descriptor
            self.proxy = proxy
            do throws(SystemError) {
                try proxy.loop.watch(descriptor, for: .readable, self)
            } catch {
                Socket.close(descriptor)
                throw error
            }
        }

        func ready(_ readiness: Readiness) {
            do throws(SystemError) {
                while let client = try Socket.accept(descriptor) { proxy.accepted(client) }
            } catch {
                preconditionFailure("the proxy cannot accept: \(error)")
            }
        }

        func close() {
            proxy.loop.unwatch(descriptor)
            Socket.stopListening(descriptor)
        }
    }
}

extension Socket {
    /// Closes without a goodbye: the peer gets a reset, and whatever was on its way is lost.
    static func reset(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
        close(descriptor)
    }
}
