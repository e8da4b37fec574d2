/// Which way a call goes, seen from us.
package enum Direction: String, Hashable, Sendable, CaseIterable {
    case inbound
    case outbound
}
