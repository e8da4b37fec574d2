import Domain
import Jobs
import Process
import Providers
import Service
import Store

/// What calls have taught is remembered, and finds its place among texts: as jobs, since nobody in a call waits for either. On its
/// bench's loop alone.
struct MemoryJobs: Sendable {
    /// So long a customer may be on their way into the rows, who calls within seconds of being made.
    static let customerMax = Duration.seconds(10)
    static let customerPause = Duration.milliseconds(500)
    /// How often somebody looks for memories without a place, whoever forgot them.
    static let rhythm = Duration.seconds(60)

    private let bench: Workbench
    private let sealing: Sealing?
    private let finder: EmbeddingFinder
    private let handle = LogHandle()
    private let bell: LogBell

    init(at bench: Workbench, _ sealing: Sealing?, _ finder: EmbeddingFinder) {
        (self.bench, self.sealing, self.finder) = (bench, sealing, finder)
        bell = LogBell(bench.postgres, bench.redis)
    }

    var handlers: [JobHandler] {
        var embed = JobHandler(MemoryErrand.embedKind) { _ in try await self.embed() }
        embed.runningMax = 1
        return [JobHandler(MemoryErrand.rememberKind) { try await self.remember($0) }, embed]
    }

    static let periodic = PeriodicJob(MemoryErrand.embedKind, .every(rhythm)) { _ in MemoryErrand.embed }

    private func remember(_ run: JobRun) async throws -> JobEnd {
        guard let asked = MemoryErrand.Asked(args: run.job.args),
            let organization = run.job.organization.map({ OrganizationID($0) })
        else { return .discarded("its arguments are of another release") }
        let log = try await handle.log(through: bench.postgres)
        let teacher = MemoryTeacher(log, bench.postgres, sealing)
        guard var lesson = try await teacher.lesson(asked, of: organization) else {
            return .discarded("there is nothing to remember: no text, or one that was erased")
        }
        guard let customer = try await teacher.customer(of: asked.call, organization) else {
            // Whoever looked at the call has waited longer than that.
            if run.age < Self.customerMax, lesson.kind != .sentiment { return .snoozed(Self.customerPause) }
            return .discarded("the call was with nobody who is a customer")
        }
        // Of what takes the place of its kind nobody asks how like it is.
        if lesson.kind != .sentiment {
            lesson.likeness = try await embeddings().likeness(of: lesson.content, customer, organization)
        }
        let database = TenantDatabase(organization, in: bench.postgres, log: log, sealing: sealing)
        let meta = EventMeta(causation: lesson.origin, actor: .system("memory"))
        do {
            try await MemoryDesk(database, sealing, meta).remember(lesson, of: customer)
        } catch is CustomerRefusal {
            return .discarded("the customer was erased or merged meanwhile")
        }
        bell.ring()
        return .done
    }

    private func embed() async throws -> JobEnd {
        var isWanted = await finder.isFound
        if !isWanted { isWanted = try await MemoryEmbeddings.isWanted(through: bench.postgres) }
        guard isWanted else { return .done }
        let embeddings = try await embeddings()
        while !Task.isCancelled, try await embeddings.place() > 0 {}
        return .done
    }

    private func embeddings() async throws -> MemoryEmbeddings {
        let found = try await finder.found(on: bench.loop)
        // Not by whoever only stands in for the network.
        return MemoryEmbeddings(bench.postgres, found.embedder, replacesOthers: found.missing == nil)
    }
}
