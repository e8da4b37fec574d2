/// `customer.changed`: what we know of somebody changed: each member is a field and its new value, null if it has none any more.
package struct CustomerChanged: Hashable, Sendable {
    package var changes: Private<Freeform>

    package init(changes: Private<Freeform>) {
        self.changes = changes
    }
}
