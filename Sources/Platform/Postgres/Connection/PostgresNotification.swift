/// What `NOTIFY` sent.
package struct PostgresNotification: Hashable, Sendable {
    package let channel: String
    package let payload: String
    /// The server process of whoever sent it.
    package let backend: Int32
}
