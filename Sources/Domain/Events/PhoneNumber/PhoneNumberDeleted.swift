/// `phone_number.deleted`: calls to it are nobody's from now on.
package struct PhoneNumberDeleted: Hashable, Sendable {
    package init() {}
}
