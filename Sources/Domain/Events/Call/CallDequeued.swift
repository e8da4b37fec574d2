/// `call.dequeued`: the call waits no more.
package struct CallDequeued: Hashable, Sendable {
    package var queue: String
    package var place: Int?
    /// In the carrier's word.
    package var reason: String?
    package var waited: Milliseconds?

    package init(queue: String, place: Int? = nil, reason: String? = nil, waited: Milliseconds? = nil) {
        self.queue = queue
        self.place = place
        self.reason = reason
        self.waited = waited
    }
}
