/// What the shell is ordered to do. It performs effects in order and decides nothing; `docs/conversation.md` says what each means
/// for it.
package enum Effect: Hashable, Sendable {
    case record(CallEvent)
    /// The earliest deadline; it replaces the one before. Nil: there is none.
    case wake(at: Instant?)
    case moved(Move)

    // MARK: - Hearing

    /// Its transcripts carry the number. `from` is the place from which on the caller's sound is to be sent again.
    case startRecognizer(RecognizerNumber, provider: String, from: Milliseconds?)
    case stopRecognizer(RecognizerNumber)
    case finalizeTranscript(RecognizerNumber)
    case scoreSentiment(TurnID, Private<String>)

    // MARK: - Thinking

    case think(ThinkRequest)
    case cancelReply(ReplyID)
    case loadContext(budget: Milliseconds)
    /// What the caller came with may bring something more to mind; nobody waits for it.
    case recall(Private<String>)
    case runTool(ToolOrder)
    case remember(ToolCallID, Private<Freeform>)

    // MARK: - Speaking

    case speak(SpeakRequest)
    /// Stop making sound for it, and forget what was made.
    case release(UtteranceID)
    /// A piece of an utterance's sound, followed by a mark.
    case send(UtteranceID, from: Milliseconds, length: Milliseconds, mark: MarkNumber)
    /// The carrier drops what it has not played. Marks that come for it are passed over.
    case clear
    case playClip(Clip)
    /// A piece of the sound that bridges a long wait (`HoldSound`), without a mark.
    case hold(from: Milliseconds, length: Milliseconds)

    // MARK: - The carrier

    case sendKeys(Private<String>)
    case transfer(TransferID, target: Private<String>, TransferMode)
    case cancelTransfer(TransferID)
    /// The order to end the call; not given if it ended by itself.
    case hangUp(EndedReason)
}

/// A sound of ours, for when no voice is left.
package enum Clip: String, Hashable, Sendable, CaseIterable {
    case apology
}
