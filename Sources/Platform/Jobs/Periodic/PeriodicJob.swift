import Postgres
package import Wire

/// A job that is enqueued whenever its schedule falls due.
package struct PeriodicJob: Sendable {
    /// Who it is in the database: two schedules with one name are one.
    package let name: String
    package let schedule: Schedule
    /// What is enqueued for a due moment. With a unique key, a run is left out while the one before it still lives.
    package let job: @Sendable (_ due: Timestamp) -> NewJob

    package init(_ name: String, _ schedule: Schedule, job: @escaping @Sendable (_ due: Timestamp) -> NewJob) {
        precondition((1...NewJob.nameBytesMax).contains(name.utf8.count), "a schedule's name is 1 to 63 bytes")
        self.name = name
        self.schedule = schedule
        self.job = job
    }
}
