/// The stream to a provider that an input speaks of.
package enum Peer: Hashable, Sendable {
    case recognizer(RecognizerNumber)
    case model(ReplyID)
    case voice(UtteranceID, sentence: Int)
}

/// Which start of a recognizer it is; transcripts of one that was replaced find nobody.
package struct RecognizerNumber: Hashable, Comparable, Sendable {
    package let value: Int
    package init(_ value: Int) { self.value = value }
    package static func < (left: RecognizerNumber, right: RecognizerNumber) -> Bool { left.value < right.value }
}

/// Marks count up over the whole call.
package struct MarkNumber: Hashable, Comparable, Sendable {
    package let value: Int
    package init(_ value: Int) { self.value = value }
    package static func < (left: MarkNumber, right: MarkNumber) -> Bool { left.value < right.value }
}
