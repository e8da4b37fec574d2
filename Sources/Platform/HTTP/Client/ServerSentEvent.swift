/// One event of a server's event stream.
package struct ServerSentEvent: Hashable, Sendable {
    /// The last id the stream has named, empty if none.
    package var id: String
    /// "message" if the server names none.
    package var event: String
    package var data: String

    package init(id: String = "", event: String = "message", data: String) {
        (self.id, self.event, self.data) = (id, event, data)
    }
}
