/// Who we are to Redis: a password alone, or a user of its access control list. It never prints the password.
package struct RedisCredentials: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let user: String?
    let password: String

    package init(user: String? = nil, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
