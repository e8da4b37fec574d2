/// When a silence ends a turn.
package struct EndpointingSettings: Hashable, Sendable {
    package var silence: Milliseconds = 500
    package var silenceMin: Milliseconds = 300
    package var silenceMax: Milliseconds = 2_500
    /// A recognizer that is this sure has a say.
    package var likelyEnd = Fraction(percent: 80)
    /// After the silence, the final words are waited for this long; then the partial ones have to do.
    package var finalWait: Milliseconds = 800
    package var turnMax: Milliseconds = 60_000
    /// Ask the model early, on a likely end.
    package var speculates = true
    package var speculateAfter: Milliseconds = 150
    /// After the last key, an entry is complete.
    package var keyWait: Milliseconds = 2_500
    /// It completes an entry at once, and is no part of it.
    package var keyEnd: Character = "#"

    package init() {}
}
