/// `user.created`: somebody may sign in.
package struct UserCreated: Hashable, Sendable {
    package var email: Private<String>
    package var name: Private<String>?
    package var role: UserRole

    package init(email: Private<String>, name: Private<String>? = nil, role: UserRole) {
        self.email = email
        self.name = name
        self.role = role
    }
}
