/// What Twilio says on the media socket, one text message each.
package enum TwilioMediaFrame: Equatable {
    /// The first frame, right after the handshake.
    case connected
    /// Whose call it is; audio follows.
    case started(TwilioMediaStart)
    /// Audio, which the parser holds until the next frame.
    case media(MediaChunk)
    /// A key was pressed. No webhook tells of it.
    case digit(MediaDigit)
    /// All we sent before the mark of this name was played or cleared.
    case mark(name: String)
    /// The stream ended, because the call did or because the call was told to do something else; the socket closes next.
    case stopped
    /// An event this version does not know.
    case unknown
}
