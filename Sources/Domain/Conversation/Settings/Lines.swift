/// What is said by rote.
package struct Lines: Hashable, Sendable {
    package var greeting: String?
    package var apology = "I am sorry, I am having trouble right now."
    package var farewellApology = "I am sorry, I cannot help you right now. Please call again later. Goodbye."
    package var fillers = ["One moment, please.", "Thank you for waiting, I am still looking."]
    package var presencePrompts = ["Are you still there?", "I cannot hear you. Are you still on the line?"]
    package var presenceFarewell = "I cannot hear you, so I will end the call. Goodbye."
    package var durationFarewell = "I am sorry, we have reached the end of our time. Goodbye."
    package var transferFailed = "I am sorry, nobody is available there right now."
    package var notUnderstood = "Sorry, I did not catch that."
    /// Left after the beep. Without it a machine is hung up on.
    package var voicemail: String?

    package init() {}
}
