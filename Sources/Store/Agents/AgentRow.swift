package import Domain
package import Wire

/// What an agent is for.
package enum AgentType: String, Hashable, Sendable, CaseIterable {
    case general, support, sales, scheduling, survey, reminders
}

/// Whether calls run on an agent.
package enum AgentStatus: String, Hashable, Sendable, CaseIterable {
    /// Never published.
    case draft
    case active
    case archived
}

/// An agent as it is worked on.
package struct AgentRow: Sendable {
    package let id: AgentID
    /// Of its stream.
    package let version: Int32
    package let name: String
    package let settings: Freeform
    package let status: AgentStatus
    /// What calls run on; nil before anything was published.
    package let liveVersion: Int32?
    package let latestVersion: Int32
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let archivedAt: Timestamp?
    /// What is worked on is not what calls run on.
    package let hasChanges: Bool
}

/// What was published once, never to change.
package struct AgentVersionRow: Sendable {
    package let agent: AgentID
    package let number: Int32
    package let name: String
    package let settings: Freeform
    package let publishedAt: Timestamp
    package let isLive: Bool
}

/// Why an agent is left as it is.
package enum AgentRefusal: Error, Hashable, Sendable {
    case isArchived
    /// What is worked on is what calls run on already.
    case nothingToPublish
    case noSuchVersion
    /// Numbers are answered by it.
    case hasNumbers(Int)
}
