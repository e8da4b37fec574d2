/// What a relay has done since it began, and where its lanes stand.
package struct RelayStatistics: Hashable, Sendable {
    package internal(set) var rounds = 0
    package internal(set) var roundsFailed = 0
    /// Times that somebody who appended told it to look.
    package internal(set) var rings = 0
    package internal(set) var published = 0
    /// Entries that Redis had already, from another relay or from before a reply was lost.
    package internal(set) var rejects = 0
    /// Times that a stream was not there though the lane has events: begun anew from the slowest checkpoint.
    package internal(set) var republishes = 0
    /// Streams deleted because they held what Postgres doesn't: an alarm.
    package internal(set) var phantoms = 0
    /// Lanes that Postgres can't give without a gap: an alarm.
    package internal(set) var corruptions = 0
    /// Times that Redis was another process than before.
    package internal(set) var restartsSeen = 0
    package internal(set) var timelinesSeen = 0
    package internal(set) var entriesTrimmed = 0
    package internal(set) var redisIsFull = false
    /// Of each lane: events not yet in its stream.
    package internal(set) var lags: [Int64] = []
    /// Lanes held back because their consumers are far behind.
    package internal(set) var lanesHeld = 0
}
