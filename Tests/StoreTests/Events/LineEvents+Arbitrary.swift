import Domain

extension CallBridged: Arbitrary {
    static func any(_ dice: inout Dice) -> CallBridged {
        CallBridged(leg: .any(&dice))
    }
}

extension CallHeld: Arbitrary {
    static func any(_ dice: inout Dice) -> CallHeld { CallHeld() }
}

extension CallResumed: Arbitrary {
    static func any(_ dice: inout Dice) -> CallResumed { CallResumed() }
}

extension CallEnqueued: Arbitrary {
    static func any(_ dice: inout Dice) -> CallEnqueued {
        CallEnqueued(queue: .any(&dice), place: .any(&dice), usualWait: .any(&dice))
    }
}

extension CallDequeued: Arbitrary {
    static func any(_ dice: inout Dice) -> CallDequeued {
        CallDequeued(queue: .any(&dice), place: .any(&dice), reason: .any(&dice), waited: .any(&dice))
    }
}

extension CallTranscribed: Arbitrary {
    static func any(_ dice: inout Dice) -> CallTranscribed {
        CallTranscribed(text: .any(&dice), confidence: .any(&dice), isFinal: .any(&dice), track: .any(&dice))
    }
}

extension GatherEnded: Arbitrary {
    static func any(_ dice: inout Dice) -> GatherEnded {
        GatherEnded(gather: .any(&dice), digits: .any(&dice), outcome: .any(&dice))
    }
}

extension PlaybackStarted: Arbitrary {
    static func any(_ dice: inout Dice) -> PlaybackStarted {
        PlaybackStarted(media: .any(&dice), isOverlay: .any(&dice))
    }
}

extension PlaybackEnded: Arbitrary {
    static func any(_ dice: inout Dice) -> PlaybackEnded {
        PlaybackEnded(media: .any(&dice), isOverlay: .any(&dice), outcome: .any(&dice))
    }
}

extension AnnouncementStarted: Arbitrary {
    static func any(_ dice: inout Dice) -> AnnouncementStarted {
        AnnouncementStarted(announcement: .any(&dice))
    }
}

extension AnnouncementEnded: Arbitrary {
    static func any(_ dice: inout Dice) -> AnnouncementEnded {
        AnnouncementEnded(announcement: .any(&dice), outcome: .any(&dice))
    }
}

extension RecordingTranscribed: Arbitrary {
    static func any(_ dice: inout Dice) -> RecordingTranscribed {
        RecordingTranscribed(recording: .any(&dice), text: .any(&dice), outcome: .any(&dice))
    }
}

extension CallCharged: Arbitrary {
    static func any(_ dice: inout Dice) -> CallCharged {
        CallCharged(leg: .any(&dice), amount: .any(&dice), currency: .any(&dice), billedFor: .any(&dice))
    }
}
