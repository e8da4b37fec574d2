package import Loop

/// Runs the services of a process: starts them in order, keeps them, stops them in reverse.
///
/// `GroupMachine` decides, this performs, on one loop: that thread alone touches what is stored, which is why
/// `@unchecked` holds.
package final class ServiceGroup: @unchecked Sendable {
    /// Something that runs as long as the process does. It says `shift.ready()` once it works, and returns soon after
    /// `shift` is over.
    package struct Member: Sendable {
        package let name: StaticString
        /// How long it may take to stop before it is cancelled.
        package let grace: Duration
        /// Where it runs; on the group's own loop when nil.
        package let loop: Loop?
        package let run: @Sendable (Shift) async throws -> Void

        package init(
            _ name: StaticString, grace: Duration = .seconds(10), on loop: Loop? = nil,
            run: @escaping @Sendable (Shift) async throws -> Void
        ) {
            self.name = name
            self.grace = grace
            self.loop = loop
            self.run = run
        }
    }

    /// How `run` ended.
    package enum Outcome: Sendable {
        /// Because it was asked to. Some may have had to be cancelled; that is in the log.
        case stopped
        /// A service ended while it should have run.
        case ended(StaticString)
        case failed(StaticString, any Error)
        /// The stop took too long, or was asked for twice: what still runs is left behind.
        case abandoned

        /// What the process says to whoever started it.
        package var exitCode: Int32 {
            if case .stopped = self { return 0 }
            return 1
        }
    }

    /// How long cancelled services may take to end.
    package static let patience = Duration.seconds(5)

    private let members: [Member]
    private let deadline: Duration
    private let log: Log
    private let loop: Loop
    private let exitNow: @Sendable () -> Void

    private var machine: GroupMachine
    private var shifts: [Int: Shift] = [:]
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var timers: [Timer] = []
    private var errors: [Int: any Error] = [:]
    private var finished: CheckedContinuation<Outcome, Never>?
    private var isStopRequestedEarly = false

    /// `deadline` is for the whole stop. `exitNow` ends the process at once: on a second request to stop, and when
    /// cancelled services don't end either.
    package init(
        _ members: [Member], deadline: Duration, log: Log, loop: Loop, exitNow: @escaping @Sendable () -> Void
    ) {
        self.members = members
        self.deadline = deadline
        self.log = log
        self.loop = loop
        self.exitNow = exitNow
        machine = GroupMachine(count: members.count)
    }

    /// Asks everybody to stop: the answer to SIGTERM and SIGINT. From any thread; the second time ends the process.
    package func stop() {
        loop.execute { [self] in
            log.info("stop_requested")
            if finished == nil { isStopRequestedEarly = true } else { perform(machine.stopRequested()) }
        }
    }

    /// Returns when all services have ended. Cancelling the task asks them to stop.
    package func run() async -> Outcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.execute { [self] in
                    finished = continuation
                    perform(machine.began())
                    if isStopRequestedEarly { perform(machine.stopRequested()) }
                }
            }
        } onCancel: {
            stop()
        }
    }

    // MARK: - On the loop

    private func perform(_ orders: [GroupMachine.Order]) {
        for order in orders {
            switch order {
            case .start(let index): start(index)
            case .ask(let index): ask(index)
            case .cancel(let index):
                log.warn("service_cancelled", .text("service", members[index].name))
                tasks[index]?.cancel()
            case .limitStop:
                after(deadline) { $0.machine.deadlinePassed() }
            case .limitCancelling:
                after(Self.patience) { $0.machine.patienceOver() }
            case .exitNow:
                log.error("exit_without_stop")
                finish(.abandoned)
                exitNow()
            case .finish(let outcome): finish(whole(outcome))
            }
        }
    }

    private func start(_ index: Int) {
        let member = members[index]
        log.debug("service_starting", .text("service", member.name))
        let shift = Shift { [self] in loop.execute { [self] in saidReady(index) } }
        shifts[index] = shift
        // The group owns it: `run` does not return before it has ended.
        tasks[index] = Task(executorPreference: member.loop ?? loop) { [self] in
            do {
                try await member.run(shift)
                loop.execute { [self] in ended(index, nil) }
            } catch {
                loop.execute { [self] in ended(index, error) }
            }
        }
    }

    private func saidReady(_ index: Int) {
        let wasRunning = machine.isRunning
        log.debug("service_ready", .text("service", members[index].name))
        perform(machine.saidReady(index))
        if !wasRunning, machine.isRunning { log.info("started", .count("services", members.count)) }
    }

    private func ask(_ index: Int) {
        log.info("service_stopping", .text("service", members[index].name))
        shifts[index]?.end()
        after(members[index].grace) { $0.machine.graceOver(index) }
    }

    private func ended(_ index: Int, _ error: (any Error)?) {
        let name = Field.text("service", members[index].name)
        if let error {
            errors[index] = error
            if error is CancellationError {
                log.info("service_ended", name, .error(error))
            } else {
                log.error("service_failed", name, .error(error))
            }
        } else {
            log.info("service_ended", name)
        }
        perform(machine.ended(index, error == nil ? .finished : .failed))
    }

    private func after(_ time: Duration, _ fact: @escaping (ServiceGroup) -> [GroupMachine.Order]) {
        timers.append(loop.after(time) { [unowned self] in perform(fact(self)) })
    }

    private func whole(_ outcome: GroupMachine.Outcome) -> Outcome {
        guard case .ended(let index, _) = outcome else { return .stopped }
        let name = members[index].name
        return errors[index].map { .failed(name, $0) } ?? .ended(name)
    }

    private func finish(_ outcome: Outcome) {
        for timer in timers { loop.disarm(timer) }
        timers = []
        finished?.resume(returning: outcome)
        finished = nil
    }
}
