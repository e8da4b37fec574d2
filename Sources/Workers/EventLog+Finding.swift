import Loop
import Postgres
import Service
import Store

extension EventLog {
    /// How often it is looked for where it can't be read.
    private static let patience = Duration.seconds(1)

    /// Which log this is: it is asked for until it can be read, since no server needs to be there at the start. Nil when it is
    /// all over.
    static func find(through pool: PostgresPool, _ log: Log, until bell: Bell) async -> EventLog? {
        var isTold = false
        while true {
            do {
                return try await read(through: .pool(pool))
            } catch {
                if !isTold { log.warn("log_not_readable", .error(error)) }
                isTold = true
            }
            guard await bell.pause(for: patience) else { return nil }
        }
    }
}
