/// How long anybody may keep a caller waiting.
package struct LivenessSettings: Hashable, Sendable {
    /// What is known of the customer may be waited for this long. Nobody has said anything by then, so nobody waits.
    package var context: Milliseconds = 50
    package var firstToken: Milliseconds = 4_000
    package var betweenTokens: Milliseconds = 3_000
    package var voice: Milliseconds = 3_000
    /// While a tool is awaited and nobody speaks; then again after as long as the second.
    package var filler: Milliseconds = 800
    package var nextFiller: Milliseconds = 5_000
    /// No frame of the caller came.
    package var frames: Milliseconds = 5_000
    /// Lost media may come back.
    package var media: Milliseconds = 10_000
    /// Nobody says anything.
    package var inactivity: Milliseconds = 10_000
    package var duration: Milliseconds = 3_600_000
    package var transfer: Milliseconds = 30_000
    /// For the last words.
    package var farewell: Milliseconds = 20_000
    package var clip: Milliseconds = 6_000

    package init() {}
}
