/// `call.enqueued`: the call waits in a queue of the carrier's.
package struct CallEnqueued: Hashable, Sendable {
    package var queue: String
    package var place: Int?
    /// How long others have waited there.
    package var usualWait: Milliseconds?

    package init(queue: String, place: Int? = nil, usualWait: Milliseconds? = nil) {
        self.queue = queue
        self.place = place
        self.usualWait = usualWait
    }
}
