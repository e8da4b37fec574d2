import Loop
import Synchronization
import Wire

/// One loop's share of a server: its connections, its read buffer, its counts.
///
/// All but `occupancy` and `counters` belongs to the loop's thread; that is why `@unchecked Sendable` holds.
final class Shard: @unchecked Sendable {
    /// What one read takes at most.
    static let scratchBytes = 64 * 1024
    /// How often a drain looks which of the last answers have arrived: the kernel does not tell by itself.
    static let acknowledgementPause: Duration = .milliseconds(10)

    let loop: Loop
    let settings: ServerSettings
    let limits: Limits
    let route: Server.Routing
    let counters = Counters()
    var date = DateLine()
    /// Shared by all WebSockets of the loop.
    let compression = MessageCompression()
    private(set) var isDraining = false

    /// Connections given to this shard, those on their way included.
    private let given = Atomic<Int>(0)
    private var connections: [Connection] = []
    private var handlersRunning = 0
    private var scratch = ByteQueue()
    private var unsettled: [Connection] = []
    private var emptied: CheckedContinuation<Void, Never>?
    private lazy var look = Timer { [unowned self] in closeAcknowledged() }

    init(on loop: Loop, _ settings: ServerSettings, _ route: @escaping Server.Routing) {
        self.loop = loop
        self.settings = settings
        limits = settings.limits
        self.route = route
    }

    /// How many connections it has, as any thread may ask.
    var occupancy: Int { given.load(ordering: .relaxed) }

    // MARK: - Connections

    /// Takes over an accepted descriptor; from any thread.
    func give(_ descriptor: Int32) {
        given.wrappingAdd(1, ordering: .relaxed)
        loop.execute { [self] in adopt(descriptor) }
    }

    private func adopt(_ descriptor: Int32) {
        counters.add(to: .accepted)
        let connection = Connection(descriptor, in: self)
        connection.place = connections.count
        connections.append(connection)
        do throws(SystemError) {
            try connection.open()
            if isDraining { connection.beginDrain() }
        } catch {
            // The kernel has no memory for another watch: the same shortage that accepting pauses for.
            settings.observe(.acceptPaused(error))
            connection.close()
        }
    }

    func closed(_ connection: Connection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.place] = last
            last.place = connection.place
        }
        given.wrappingSubtract(1, ordering: .relaxed)
        counters.add(to: .closed)
        tellIfEmpty()
    }

    func handlerBegan() {
        handlersRunning += 1
    }

    func handlerEnded() {
        handlersRunning -= 1
        tellIfEmpty()
    }

    // MARK: - The read buffer

    func takeScratch() -> ByteQueue {
        var taken = ByteQueue()
        swap(&taken, &scratch)
        return taken
    }

    func giveBack(_ buffer: inout ByteQueue) {
        buffer.removeAll()
        swap(&buffer, &scratch)
    }

    // MARK: - The end of the turn

    /// Settles a connection once this turn's work is done: what a turn brings goes out in one call.
    func settleLater(_ connection: Connection) {
        if unsettled.isEmpty { loop.atEndOfTurn { [self] in settleAll() } }
        unsettled.append(connection)
    }

    private func settleAll() {
        var waiting: [Connection] = []
        swap(&waiting, &unsettled)
        for connection in waiting { connection.settleNow() }
    }

    // MARK: - Draining

    private var isEmpty: Bool { connections.isEmpty && handlersRunning == 0 }

    private func tellIfEmpty() {
        guard isEmpty, let waiting = emptied else { return }
        emptied = nil
        waiting.resume()
    }

    /// Lets what goes on come to its end until `deadline`, then cuts it; answers how many connections were cut.
    ///
    /// Handlers that were cut have a moment more to notice. It returns when the last has, or that moment is over.
    func drain(until deadline: Moment) async -> Int {
        loop.checkIsolated()
        isDraining = true
        for connection in connections { connection.beginDrain() }
        closeAcknowledged()
        await empty(until: deadline)
        loop.disarm(look)
        let cut = connections.count
        for connection in connections { connection.close() }
        await empty(until: .now + limits.cancellationTime)
        return cut
    }

    private func closeAcknowledged() {
        for connection in connections { connection.closeIfAcknowledged() }
        if !connections.isEmpty { loop.arm(look, at: .now + Self.acknowledgementPause) }
    }

    private func empty(until deadline: Moment) async {
        let timer = Timer { [unowned self] in
            let waiting = emptied
            emptied = nil
            waiting?.resume()
        }
        await withCheckedContinuation { continuation in
            precondition(emptied == nil, "a server is drained once")
            // Looked at in here, since a task may hop on its way to here.
            if isEmpty { return continuation.resume() }
            emptied = continuation
            loop.arm(timer, at: deadline)
        }
        loop.disarm(timer)
    }
}
