package import Loop

/// What a server tells whoever runs it, besides its counters.
package enum ServerHappening: Sendable {
    /// The process has no descriptors or memory left for another connection; accepting is tried again after a pause.
    case acceptPaused(SystemError)
    case acceptResumed
    /// As many connections are open as `Limits.connections` allows.
    case connectionRefused
    case requestRefused(RequestFault, remoteAddress: String)
    /// A handler threw what nobody turned into a response; the client saw a bare 500.
    case handlerFailed(any Error, Request)
    /// A stream failed after its head had been sent; the client saw a broken response.
    case responseBroken(any Error, Request)
}
