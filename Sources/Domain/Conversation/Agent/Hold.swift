/// When a tool takes so long that the caller hears more of us than a word.
package enum Hold {
    /// From when it was asked. The first threshold is the filler's.
    package static let after: Milliseconds = 2_000
    /// While somebody speaks it is looked at again so often.
    package static let again: Milliseconds = 500
}
