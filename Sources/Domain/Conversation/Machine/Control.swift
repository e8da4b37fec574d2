/// What somebody outside orders while the call is live. It never queues behind audio.
package enum Control: Hashable, Sendable {
    /// INTERRUPT: be silent and listen. What was heard stays said.
    case interrupt
    /// CANCEL: drop what is being thought and said, and wait.
    case cancel
    /// EMERGENCY_STOP: silence, and the end of the call, now.
    case emergencyStop
    /// Says this as soon as nobody speaks; uninterruptible lines are said to the end.
    case say(Private<String>, isInterruptible: Bool)
    /// Tells the model something the caller does not hear.
    case inject(Private<String>, replies: Bool)
    /// While muted we listen, and neither think nor speak.
    case mute
    case unmute
    /// What the caller is likely to say next.
    case expect(Expected)
    case sendKeys(Private<String>)
    case transfer(target: Private<String>, TransferMode)
    case hangUp
    /// Another process goes on with the call.
    case letGo
}
