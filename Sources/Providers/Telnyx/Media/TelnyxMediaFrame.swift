/// What Telnyx says on the media socket, one text message each.
///
/// The socket may end before `started`: then nobody answered the call.
package enum TelnyxMediaFrame: Equatable {
    /// The first frame, right after the handshake.
    case connected
    /// The call was answered, and audio follows.
    case started(TelnyxMediaStart)
    /// Audio, which the parser holds until the next frame.
    case media(MediaChunk)
    /// A key was pressed. The same key also comes as a webhook.
    case digit(MediaDigit)
    /// All we sent before the mark of this name was played or cleared.
    case mark(name: String)
    /// Telnyx did not like something we sent; the stream goes on.
    case refused(TelnyxMediaRefusal)
    /// The stream ended; the socket closes next.
    case stopped
    /// An event this version does not know.
    case unknown
}
