extension Subject {
    package enum Segment {}
}

/// A caller's segment is called as the event that told of it, an agent's as its utterance.
package typealias SegmentID = ID<Subject.Segment>
