package import Wire

/// Why a message on the media socket could not be understood. It quotes nothing of the message.
package enum MediaFault: Error, Equatable, CustomStringConvertible {
    case json(JSONError)
    /// A member the event cannot do without is missing, or says nothing we know.
    case lacks(String)
    /// The audio is not base64.
    case payload(Base64Error)

    package var description: String {
        switch self {
        case .json(let error): "media frame: \(error)"
        case .lacks(let member): "media frame without a usable \(member)"
        case .payload(let error): "media payload: \(error)"
        }
    }
}
