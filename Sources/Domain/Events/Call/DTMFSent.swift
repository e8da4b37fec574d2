/// `dtmf.sent`: we pressed keys.
package struct DTMFSent: Hashable, Sendable {
    package var digits: Private<String>
    package var mediaAt: Milliseconds?

    package init(digits: Private<String>, mediaAt: Milliseconds? = nil) {
        self.digits = digits
        self.mediaAt = mediaAt
    }
}
