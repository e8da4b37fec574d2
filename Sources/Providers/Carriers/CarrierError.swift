package import HTTP

/// Why a command was not carried out. Nothing of what was in it is repeated.
package enum CarrierError: Error, Hashable, Sendable {
    /// A key, an account or a connection is not set.
    case notConfigured(String)
    /// This carrier can't do that.
    case unsupported(Carrier, command: String)
    /// The carrier said no, and would again. The code is its own.
    case refused(status: UInt16, code: String?)
    /// It asked for patience longer than ours.
    case overloaded
    /// No good answer came; whether the command was carried out is not known.
    case failed(status: UInt16)
    case unreachable(HTTPClientError.Code)
    /// It failed so often that it is left alone for a while.
    case resting
    /// What it answered is not what it promises.
    case badAnswer
    case cancelled
}

extension CarrierError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notConfigured(let name): "\(name) is not set: set it, and start again"
        case .unsupported(let carrier, let command):
            "\(carrier.rawValue) can't do \(command): use another carrier for it"
        case .refused(let status, let code):
            "the carrier refused with \(status)\(code.map { " (\($0))" } ?? ""): look the code up in its documentation"
        case .overloaded: "the carrier takes no more for now: send less, or ask it for higher limits"
        case .failed(let status): "the carrier failed with \(status): send the same order again"
        case .unreachable(let code): "the carrier can't be reached (\(code)): send the same order again"
        case .resting: "the carrier failed several times and is left alone for some seconds: send the same order again"
        case .badAnswer: "the carrier answered what it should not: see whether its address is right"
        case .cancelled: "the command was given up by who had asked for it"
        }
    }
}
