/// Whose voice it is, seen from our leg of the call.
package enum AudioTrack: Hashable, Sendable {
    /// What the far party says.
    case inbound
    /// What we say.
    case outbound
}
