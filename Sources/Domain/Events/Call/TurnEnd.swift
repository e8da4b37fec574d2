/// What made us sure that the caller had finished.
package enum TurnEnd: String, Hashable, Sendable, CaseIterable {
    case silence
    /// The words and the melody said so, before the silence did.
    case predicted
    case dtmf
    case lengthMaxReached = "length_max_reached"
    case callEnded = "call_ended"
}
