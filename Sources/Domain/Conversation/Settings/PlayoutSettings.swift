/// How sound is handed to the carrier.
package struct PlayoutSettings: Hashable, Sendable {
    /// What may be on its way and not yet played.
    package var lead: Milliseconds = 400
    /// Sent at once, with one mark.
    package var piece: Milliseconds = 100
    /// Less is sent only at the end.
    package var frame: Milliseconds = 20
    /// Does the carrier return marks?
    package var hasMarks = true
    /// How long a mark may be late before its sound counts as played.
    package var markWait: Milliseconds = 1_500

    package init() {}
}
