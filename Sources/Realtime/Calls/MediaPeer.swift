import Domain
import HTTP
import Providers

/// Who is at the other end of a media socket.
enum MediaPeer: Hashable {
    case carrier(Carrier)
    case browser
}

/// The other end's side of a call's media socket: reads its frames and hands on what they mean. On its loop alone.
protocol MediaSide: AnyObject {
    func took(_ kind: WebSocketMessage.Kind, _ message: Span<UInt8>)
    /// The socket is gone.
    func ended()
    /// Whoever has not begun by now does not.
    func startIsDue()
}
