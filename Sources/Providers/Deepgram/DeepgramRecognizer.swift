package import Domain
import HTTP
package import Loop
import Service

/// Deepgram's live recognition (`/v1/listen`), on one loop.
package final class DeepgramRecognizer: Recognizer {
    package let name = "deepgram"
    let loop: Loop
    let settings: DeepgramSettings
    let sockets: WarmSockets

    package init(_ settings: DeepgramSettings, on loop: Loop) {
        (self.settings, self.loop) = (settings, loop)
        var socket = WebSocketClientSettings()
        if let key = settings.key { socket.headers.add(.authorization, "Token \(key.revealed)") }
        socket.connectDeadline = settings.deadlines.opening
        socket.upgradeDeadline = settings.deadlines.opening
        socket.limits.unsentBytesMax = DeepgramStream.unsentBytesMax
        let sign = WarmSockets.Sign(DeepgramListening.Control.keepAlive.rawValue, every: settings.keepAlive)
        sockets = WarmSockets(on: loop, socket, sign: sign)
    }

    /// Connects now for a request that will come.
    package func warm(_ request: RecognizerRequest) { sockets.warm(settings.address(request)) }

    package func listen(_ request: RecognizerRequest, deliver: @escaping (RecognizerEvent) -> Void)
        -> any RecognizerStream
    {
        loop.checkIsolated()
        let stream = DeepgramStream(self, request, deliver)
        stream.start()
        return stream
    }

    /// Lets go of the connections that wait. Streams go on.
    package func close() { sockets.close() }
}
