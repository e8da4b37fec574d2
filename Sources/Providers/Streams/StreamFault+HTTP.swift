package import Domain
package import HTTP

extension StreamFault {
    /// What a status that is no success means.
    package init(status: UInt16, headers: Headers = Headers()) {
        let cause: Cause =
            switch status {
            case 401, 403: .unauthorized
            case 402: .unpaid
            case 408: .stalled(.beginning)
            case 413: .tooLong
            case 429: .rateLimited(retryAfter: RetryAfter.read(headers))
            case 498, 500...599: .overloaded
            default: .refused
            }
        self.init(cause, status: Int(status))
    }

    /// Why no answer came, or no end of one.
    package init(_ error: HTTPClientError) {
        switch error.code {
        case .upgradeRefused(let status):
            var headers = Headers()
            if let wait = error.retryAfter { headers.add(.retryAfter, wait) }
            self.init(status: status, headers: headers)
        case .deadline(.connect): self.init(.stalled(.opening))
        case .deadline(.firstByte), .deadline(.total): self.init(.stalled(.beginning))
        case .deadline(.idle): self.init(.stalled(.middle))
        case .connectionLost: self.init(.disconnected)
        case .badResponse, .headTooLarge, .bodyTooLarge: self.init(.malformed)
        case .tooManyRequests: self.init(.flooded)
        case .invalidURL, .unresolved, .addressRefused, .connectFailed, .tlsFailed, .certificateRefused,
            .bodySourceFailed, .clientClosed, .other:
            self.init(.unreachable)
        }
    }

    /// The fault that an error means to a stream that was doing `phase`.
    init(_ error: any Error) {
        switch error {
        case let fault as StreamFault: self = fault
        case let error as HTTPClientError: self.init(error)
        case is ServerSentEvents.TooLong: self.init(.malformed)
        default: self.init(.disconnected)
        }
    }

    /// What a WebSocket's end means to whoever did not want it.
    init(_ closure: WebSocketClosure) {
        switch closure.cause {
        case .unresponsive: self.init(.stalled(.middle))
        case .violation: self.init(.malformed)
        case .ourselves, .wireLost: self.init(.disconnected)
        case .peer:
            switch closure.code {
            case .policyViolation, .unsupportedData, .invalidData: self.init(.refused)
            case .tryAgainLater: self.init(.overloaded)
            default: self.init(.disconnected)
            }
        }
    }
}

extension StreamFault {
    /// A socket's end says more than the error that its receiver got.
    init(_ closure: WebSocketClosure?, _ error: any Error) {
        if let closure { self.init(closure) } else { self.init(error) }
    }
}
