/// The first facts of a stream: whose call it is, and how its audio is coded.
package struct TwilioMediaStart: Equatable {
    /// Everything we say has to name it.
    package let streamSID: String
    package let callSID: String
    package let encoding: MediaEncoding
    /// Samples per second.
    package let sampleRate: Int64
    package let channels: Int64
}
