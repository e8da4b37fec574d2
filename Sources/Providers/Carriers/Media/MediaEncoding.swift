package import Domain

/// How the audio that arrives is coded. What we send may be coded differently.
package enum MediaEncoding: Hashable {
    case g711(G711)
    case g722
    case opus
    case amrWB
    case l16
    /// One we do not know; the call must not go on as if it were another.
    case other(String)

    /// Accepts the names of RFC 3551 and the media types older documents show.
    package init(_ name: String) {
        self =
            switch name {
            case "PCMU", "audio/x-mulaw": .g711(.muLaw)
            case "PCMA", "audio/x-alaw": .g711(.aLaw)
            case "G722": .g722
            case "OPUS": .opus
            case "AMR-WB": .amrWB
            case "L16": .l16
            default: .other(name)
            }
    }
}
