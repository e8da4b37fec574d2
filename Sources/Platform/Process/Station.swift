package import Loop
package import Service

/// A process at work: its loops, what each of them works with, and how it speaks about itself.
///
/// `Station.run` is its whole life: everything is opened in order, works until a signal or a failure, and is closed in
/// reverse: not ready, server drained, pools closed, spans sent, log written.
package final class Station: Sendable {
    package let plan: StationPlan
    package let loops: Loops
    package let log: Log
    package let metrics: Metrics
    package let tracer: Tracer
    package let health: HealthBoard
    /// One for each loop, in their order.
    package let benches: [Workbench]

    init(
        plan: StationPlan, loops: Loops, log: Log, metrics: Metrics, tracer: Tracer, health: HealthBoard,
        benches: [Workbench]
    ) {
        self.plan = plan
        self.loops = loops
        self.log = log
        self.metrics = metrics
        self.tracer = tracer
        self.health = health
        self.benches = benches
    }

    /// The workbench of the loop we are on. Off the loops there is none, and asking is a bug.
    package var bench: Workbench {
        guard let bench = benches.first(where: { $0.loop.isCurrent }) else { preconditionFailure("not on a loop") }
        return bench
    }
}
