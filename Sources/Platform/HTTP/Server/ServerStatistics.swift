/// A server's counts since it opened, over all its loops.
package struct ServerStatistics: Sendable {
    package internal(set) var connectionsOpen = 0
    package internal(set) var connectionsAccepted: UInt64 = 0
    package internal(set) var connectionsRefused: UInt64 = 0
    package internal(set) var requests: UInt64 = 0
    /// Responses by the first digit of their status.
    package internal(set) var responses: [Int: UInt64] = [:]
    package internal(set) var bytesIn: UInt64 = 0
    package internal(set) var bytesOut: UInt64 = 0
    package internal(set) var faults: [RequestFault: UInt64] = [:]
    /// Connections closed because nothing was asked on them.
    package internal(set) var idleTimeouts: UInt64 = 0
    /// Connections cut because the client took nothing of what waited for it.
    package internal(set) var writeTimeouts: UInt64 = 0
    package internal(set) var handlersFailed: UInt64 = 0
    package internal(set) var webSocketsOpened: UInt64 = 0

    package init() {}
}
