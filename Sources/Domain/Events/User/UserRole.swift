/// What a user may do in the organization.
package enum UserRole: String, Hashable, Sendable, CaseIterable {
    case owner
    case admin
    case developer
    case analyst
    case viewer
}
