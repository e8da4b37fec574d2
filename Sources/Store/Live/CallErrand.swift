import Crypto
package import Domain
import Wire

/// What is to be done for a call outside of the request that made it necessary, as it stands in a job.
package enum CallErrand: Hashable, Sendable {
    /// Somebody calls, and hears it ring.
    case answer(CallID, leg: String)
    /// Somebody calls a number that is nobody's here.
    case refuse(leg: String)
    /// Somebody asked us to call.
    case dial(CallID)
    /// The carrier could not open the stream of a call that was answered, or lost it.
    case openMedia(CallID, leg: String)
    /// The process that carried the call ends before it, and lets it go: somebody else shall take it over.
    case handOver(CallID, leg: String)
    /// A call of a browser, of whose end no carrier would tell.
    case watch(CallID)
    /// The call shall end, wherever it is.
    case hangUp(CallID)
    /// The carrier says that the call is over, and how; whoever carries it may not come to say so.
    case close(CallID, CallEnded, at: Instant)

    /// Of their own: people wait for these, and slow work must not stand in their way.
    package static let queue = "calls"

    package enum Kind: String, CaseIterable, Sendable {
        case answer = "answer_call"
        case refuse = "refuse_call"
        case dial = "dial_call"
        case openMedia = "open_media"
        case handOver = "hand_over_call"
        case watch = "watch_web_call"
        case hangUp = "hang_up_call"
        case close = "close_call"
    }

    package var kind: Kind {
        switch self {
        case .answer: .answer
        case .refuse: .refuse
        case .dial: .dial
        case .openMedia: .openMedia
        case .handOver: .handOver
        case .watch: .watch
        case .hangUp: .hangUp
        case .close: .close
        }
    }

    private var call: CallID? {
        switch self {
        case .answer(let call, _), .dial(let call), .openMedia(let call, _), .handOver(let call, _), .watch(let call),
            .hangUp(let call),
            .close(let call, _, _):
            call
        case .refuse: nil
        }
    }

    private var leg: String? {
        switch self {
        case .answer(_, let leg), .refuse(let leg), .openMedia(_, let leg), .handOver(_, let leg): leg
        case .dial, .watch, .hangUp, .close: nil
        }
    }

    /// What makes it the same errand.
    package var subject: String { call?.description ?? leg ?? "" }

    package var args: [UInt8] {
        var members: [(String, JSONValue)] = []
        if let call { members.append(("call", .string(call.description))) }
        if let leg { members.append(("leg", .string(leg))) }
        if case .close(_, let end, let instant) = self, let news = try? LiveOrder.news([.callEnded(end)]).document() {
            members += [("end", news), ("at", .integer(instant.microseconds))]
        }
        return JSONValue.object(members).bytes()
    }

    /// Nil for arguments that nobody of ours has written.
    package init?(_ kind: Kind, args: [UInt8]) {
        guard let document = try? JSONValue(json: args) else { return nil }
        let call = document["call"]?.text.flatMap(UUID.init).map { CallID($0) }
        let leg = document["leg"]?.text
        switch (kind, call, leg) {
        case (.answer, let call?, let leg?): self = .answer(call, leg: leg)
        case (.refuse, _, let leg?): self = .refuse(leg: leg)
        case (.dial, let call?, _): self = .dial(call)
        case (.openMedia, let call?, let leg?): self = .openMedia(call, leg: leg)
        case (.handOver, let call?, let leg?): self = .handOver(call, leg: leg)
        case (.watch, let call?, _): self = .watch(call)
        case (.hangUp, let call?, _): self = .hangUp(call)
        case (.close, let call?, _):
            guard case .news(let facts)? = document["end"].flatMap(LiveOrder.init),
                case .callEnded(let end)? = facts.first, let at = document["at"]?.wholeNumber
            else { return nil }
            self = .close(call, end, at: Instant(microseconds: at))
        default: return nil
        }
    }
}
