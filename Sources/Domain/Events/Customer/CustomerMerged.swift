/// `customer.merged`: somebody turned out to be this customer too.
package struct CustomerMerged: Hashable, Sendable {
    package var absorbed: CustomerID

    package init(absorbed: CustomerID) {
        self.absorbed = absorbed
    }
}
