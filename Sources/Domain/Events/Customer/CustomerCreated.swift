/// `customer.created`: we know of somebody.
package struct CustomerCreated: Hashable, Sendable {
    package var phone: Private<String>?
    package var email: Private<String>?
    package var name: Private<String>?
    package var segment: String?
    package var metadata: Private<Freeform>?

    package init(
        phone: Private<String>? = nil, email: Private<String>? = nil, name: Private<String>? = nil,
        segment: String? = nil, metadata: Private<Freeform>? = nil
    ) {
        self.phone = phone
        self.email = email
        self.name = name
        self.segment = segment
        self.metadata = metadata
    }
}
