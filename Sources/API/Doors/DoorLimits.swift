/// What a door takes from somebody whom it does not know yet.
enum DoorLimits {
    /// The longest webhook; what carriers send is a hundredth of it. More is 413 before any signature is looked at.
    static let bodyBytesMax = 256 << 10
    /// Between a stream that could not be opened and the next attempt at it.
    static let mediaPause = Duration.seconds(1)
    /// Between a carrier's word that a call is over and the look whether whoever carried it has said so.
    static let endPause = Duration.seconds(1)
    /// How often a webhook is decided anew because another one of its leg was quicker, before the sender is asked to come again.
    static let triesMax = 8
}
