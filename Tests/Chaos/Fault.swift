/// Something that happens to the system.
enum Fault: Sendable, CustomStringConvertible {
    /// SIGKILL; another process takes the place, with the same journal.
    case killWriter(Int)
    case killWorker(Int)
    /// SIGSTOP for a while, longer than a lease now and then.
    case pauseWriter(Int, Duration)
    case pauseWorker(Int, Duration)
    case flushRedis
    /// SIGKILL, and an empty one after a while.
    case killRedis(away: Duration)
    case pauseRedis(Duration)
    /// One lane's stream is deleted, or an entry from elsewhere stands in it.
    case deleteStream(lane: Int)
    case forgeEntry(lane: Int, isFarAhead: Bool)
    /// SIGKILL to all processes of Postgres, which then recovers.
    case crashPostgres
    /// The same, but it never comes back: the standby that all commits wait for takes its place.
    case failOver
    /// SIGKILL to one server process: Postgres restarts all others.
    case killBackend
    case line(Line, LineFault, Duration)
    /// The journal's files may grow no more for a while.
    case fillDisk(Int, Duration)

    enum Line: String, Sendable, CaseIterable {
        case writersToPostgres, workersToPostgres, workersToRedis
    }

    enum LineFault: Sendable, CustomStringConvertible {
        case reset
        case refused
        case silent
        case answersLost
        case cutAfter(Int)

        var description: String {
            switch self {
            case .reset: "reset"
            case .refused: "refused"
            case .silent: "silent"
            case .answersLost: "answers lost"
            case .cutAfter(let bytes): "cut after \(bytes) bytes"
            }
        }
    }

    var description: String {
        switch self {
        case .killWriter(let number): "kill writer \(number)"
        case .killWorker(let number): "kill worker \(number)"
        case .pauseWriter(let number, let time): "pause writer \(number) for \(time)"
        case .pauseWorker(let number, let time): "pause worker \(number) for \(time)"
        case .flushRedis: "flush Redis"
        case .killRedis(let away): "kill Redis, back empty after \(away)"
        case .pauseRedis(let time): "pause Redis for \(time)"
        case .deleteStream(let lane): "delete the stream of lane \(lane)"
        case .forgeEntry(let lane, let isFarAhead): "forge an entry in lane \(lane)\(isFarAhead ? ", far ahead" : "")"
        case .crashPostgres: "crash Postgres"
        case .failOver: "fail over to the standby"
        case .killBackend: "kill a Postgres backend"
        case .line(let line, let fault, let time): "\(line.rawValue) \(fault) for \(time)"
        case .fillDisk(let writer, let time): "disk of writer \(writer) full for \(time)"
        }
    }
}
