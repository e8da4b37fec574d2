/// How a worker works. The times are the ones a system of several workers must agree on: a worker is believed dead after
/// `silenceMax`, by everybody.
package struct JobWorkerSettings: Sendable {
    package var queue = "default"
    /// For operators: what kind of process this is. Names no host.
    package var label = "worker"
    /// How many jobs run at a time.
    package var slots = 16
    /// How many jobs one fetch takes.
    package var fetchMax = 100
    /// How many jobs of one organization may run at a time, in all workers of the queue together.
    package var organizationRunningMax: Int?
    /// How long a worker without work waits before it looks again, if nobody nudges it.
    package var pollEvery = Duration.seconds(1)
    package var heartbeatEvery = Duration.seconds(5)
    package var silenceMax = Duration.seconds(30)
    package var rescueEvery = Duration.seconds(5)
    /// How long a job may overrun its timeout before it is taken from a worker that lives.
    package var timeoutGrace = Duration.seconds(30)
    /// How often schedules are looked at.
    package var tickEvery = Duration.seconds(1)
    /// How often the days of the history are made and dropped.
    package var daysEvery = Duration.seconds(3600)
    package var daysKept = 30
    /// How long jobs may go on after a stop was asked for, before they are cancelled.
    package var stopPatience = Duration.seconds(20)
    /// How long cancelled jobs may take to end, before they are handed back without them.
    package var cancelPatience = Duration.seconds(5)
    /// How long a job's end is tried to be written while Postgres is away. Then the job runs again.
    package var settlePatience = Duration.seconds(60)
    /// The pauses while Postgres is away.
    package var absence = RetryPolicy(first: .milliseconds(50), longest: .seconds(5))

    package init() {}
}
