import CLinux

/// What a descriptor can do now, or what somebody wants to be told of.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    package static let error = Readiness(rawValue: EPOLLERR.rawValue)
    package static let hangup = Readiness(rawValue: EPOLLHUP.rawValue)
    /// The peer has closed its sending side (a half close, or the whole).
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)

    // Written out, because the general ones of `OptionSet` are not specialized across modules and stand in every hot path.

    package func contains(_ other: Readiness) -> Bool { rawValue & other.rawValue == other.rawValue }
    package func intersects(_ other: Readiness) -> Bool { rawValue & other.rawValue != 0 }
    package mutating func insert(_ other: Readiness) { self = Readiness(rawValue: rawValue | other.rawValue) }
    package static func == (left: Readiness, right: Readiness) -> Bool { left.rawValue == right.rawValue }
}
