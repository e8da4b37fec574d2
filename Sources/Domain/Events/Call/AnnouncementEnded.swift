/// `announcement.ended`: the carrier's own voice has read it out, or was stopped.
package struct AnnouncementEnded: Hashable, Sendable {
    package var announcement: String?
    /// In the carrier's word.
    package var outcome: String?

    package init(announcement: String? = nil, outcome: String? = nil) {
        self.announcement = announcement
        self.outcome = outcome
    }
}
