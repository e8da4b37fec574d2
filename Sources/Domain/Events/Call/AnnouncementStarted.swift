/// `announcement.started`: the carrier's own voice reads out a text. The agent's is `agent.spoke`.
package struct AnnouncementStarted: Hashable, Sendable {
    package var announcement: String?

    package init(announcement: String? = nil) { self.announcement = announcement }
}
