/// How sound is written on the wire.
package enum AudioCodec: String, Hashable, Sendable, CaseIterable {
    case pcmu
    case pcma
    case g722
    case opus
    case l16
}
