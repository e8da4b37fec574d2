/// Where something was learned: the call, its version then, and the events that taught it.
package struct Provenance: Hashable, Sendable {
    package var call: CallID
    package var version: Int
    package var events: [EventID]

    package init(call: CallID, version: Int, events: [EventID]) {
        self.call = call
        self.version = version
        self.events = events
    }
}
