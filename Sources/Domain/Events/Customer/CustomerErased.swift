/// `customer.erased`: the keys to all that this person said were destroyed.
package struct CustomerErased: Hashable, Sendable {
    package var reason: ErasureReason

    package init(reason: ErasureReason) {
        self.reason = reason
    }
}
