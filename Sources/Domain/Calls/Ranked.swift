/// Of several facts about one thing one is kept, and which one must not depend on the order in which we learnt of them:
/// carriers tell late, and twice.
package struct Rank: Hashable, Comparable, Sendable {
    /// The lesser speaks with more authority.
    package let grade: Int
    package let at: Instant
    /// Tells apart what happened in the same microsecond.
    package let event: EventID

    package init(grade: Int = 0, at: Instant, event: EventID) {
        self.grade = grade
        self.at = at
        self.event = event
    }

    package static func < (left: Rank, right: Rank) -> Bool {
        (left.grade, left.at, left.event) < (right.grade, right.at, right.event)
    }
}

package struct Ranked<Value: Hashable & Sendable>: Hashable, Sendable {
    package let rank: Rank
    package let value: Value

    package init(_ value: Value, _ rank: Rank) {
        self.rank = rank
        self.value = value
    }
}

extension Optional {
    /// The first one is right: what ended a call is not what was said of it afterwards.
    mutating func keepFirst<Value>(_ value: Value, _ rank: Rank) where Wrapped == Ranked<Value> {
        if let self, self.rank <= rank { return }
        self = Ranked(value, rank)
    }

    /// The last one is right: a second look knows more.
    mutating func keepLast<Value>(_ value: Value, _ rank: Rank) where Wrapped == Ranked<Value> {
        if let self, self.rank >= rank { return }
        self = Ranked(value, rank)
    }

    mutating func keepEarliest(_ value: Wrapped) where Wrapped: Comparable {
        if let self, self <= value { return }
        self = value
    }
}
