/// The first facts of a stream: whose call it is, and how its audio is coded.
package struct TelnyxMediaStart: Equatable {
    package let streamID: String
    package let callControlID: String
    package let callSessionID: String?
    package let from: String?
    package let to: String?
    /// What we gave when the call was made, still in base64.
    package let clientState: String?
    package let encoding: MediaEncoding
    /// Samples per second.
    package let sampleRate: Int64
    package let channels: Int64
}
