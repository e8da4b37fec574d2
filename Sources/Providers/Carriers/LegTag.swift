import Crypto
package import Domain

/// What we have the carrier tell us again with everything about a leg: whose it is. So no notice needs another one to have come
/// before it.
package enum LegTag: Hashable, Sendable {
    case call(CallID, Direction)
    /// The leg of somebody to whom a caller is handed over.
    case transfer(CallID, TransferID, TransferMode)

    package var call: CallID {
        switch self {
        case .call(let id, _), .transfer(let id, _, _): id
        }
    }

    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, let call = UUID(String(parts[1])) else { return nil }
        switch parts[0] {
        case "call":
            guard parts.count == 3, let direction = Direction(rawValue: String(parts[2])) else { return nil }
            self = .call(CallID(value: call.value), direction)
        case "transfer":
            guard parts.count == 4, let transfer = UUID(String(parts[2])),
                let mode = TransferMode(rawValue: String(parts[3]))
            else { return nil }
            self = .transfer(CallID(value: call.value), TransferID(value: transfer.value), mode)
        default: return nil
        }
    }

    package var text: String {
        switch self {
        case .call(let call, let direction): "call.\(call).\(direction.rawValue)"
        case .transfer(let call, let transfer, let mode): "transfer.\(call).\(transfer).\(mode.rawValue)"
        }
    }
}
