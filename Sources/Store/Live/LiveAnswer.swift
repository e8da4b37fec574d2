package import Domain
import Wire

/// What became of an order.
package enum LiveAnswer: Hashable, Sendable {
    /// The call has it; and where the conversation stands now.
    case taken(ConversationState)
    /// No process carries the call: it is not answered yet, or over.
    case notLive
    /// Nobody has said so in time. It may have been carried out.
    case unconfirmed

    var document: JSONValue {
        switch self {
        case .taken(let state): .object([("state", .string(state.rawValue))])
        case .notLive, .unconfirmed: .object([:])
        }
    }

    /// Of a process that carries the call, or no longer does.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(json: bytes) else { return nil }
        self = document["state"]?.text.flatMap(ConversationState.init).map { .taken($0) } ?? .notLive
    }
}

/// The names under which processes that carry calls are found in Redis.
enum LiveKey {
    /// Whose a call is; a lease.
    static func lease(_ call: CallID) -> String { "calls:live:\(call)" }
    /// What waits for a process.
    static func orders(_ process: String) -> String { "calls:orders:\(process)" }
    /// What became of one order.
    static func answer(_ parcel: LiveParcel) -> String { "calls:answers:\(parcel.id)" }

    /// Whoever does not renew it for so long is dead, or without Redis.
    static let leaseLifetime = Duration.seconds(15)
    static let renewal = Duration.seconds(5)
    /// What nobody fetches goes away by itself.
    static let leftoverLifetime = Duration.seconds(60)
}
