/// `dtmf.received`: the caller pressed keys.
package struct DTMFReceived: Hashable, Sendable {
    package var digits: Private<String>
    package var mediaAt: Milliseconds?

    package init(digits: Private<String>, mediaAt: Milliseconds? = nil) {
        self.digits = digits
        self.mediaAt = mediaAt
    }
}
