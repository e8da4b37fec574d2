/// What may be asked of a call's stream, or told to it.
package enum CallCommand: Hashable, Sendable {
    /// Somebody asks us to call.
    case request(CallRequested)
    /// The carrier says that somebody calls us.
    case receive(CallReceived)
    /// A fact from the carrier or from the live call; told twice, or after it is known, it is nothing new.
    case note(CallEvent)
    /// The carrier says that it ended; what that means follows from what is known.
    case hangUp(HangUp)
    /// Somebody ends it through the API. A call that is live is ended where it lives, and this comes to nothing if that was sooner.
    case stop
    /// Nobody has heard of it for too long: the process that carried it is gone.
    case giveUp
}

/// Why a command changed nothing, in words for whoever sent it.
package enum CallRefusal: String, Error, Hashable, Sendable, CaseIterable {
    /// Another call has this id: ask again with another.
    case exists = "a call with this id exists already; use a new id"
    case unknown = "there is no such call; create it first"
    case live = "the call has not ended; wait for call.ended"
}
