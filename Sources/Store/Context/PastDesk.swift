import Crypto
package import Domain
package import Postgres
package import Redis

/// Tells how far calls got that somebody is to go on with. What was read of a call is kept in Redis for a while, so that who asks next
/// reads only what came since: the worker who orders the carrier asks again and again, and then the process that takes the call over.
///
/// The log has the last word. What is kept names the event up to which it was read; where the log has another one there, or Redis has
/// nothing or is away, all of it is read from the log. So it is the same either way. It lives on its client's loop.
package struct PastDesk: Sendable {
    /// From the last time that somebody asked.
    package static let lifetime = Duration.seconds(1_800)
    /// A call that comes to more is read from the log each time.
    package static let bytesMax = 256 << 10
    /// The caller hears nothing meanwhile, and the log has it too.
    static let patience = Duration.milliseconds(200)

    package struct Reading: Sendable {
        /// Nil for a call that goes on, is over, or is not there.
        package let past: CallSoFar?
        /// How many events had to be read from the log.
        package let events: Int
    }

    private let redis: RedisClient
    private let pool: PostgresPool
    private let sealing: Sealing?

    package init(_ redis: RedisClient, _ pool: PostgresPool, _ sealing: Sealing?) {
        (self.redis, self.pool, self.sealing) = (redis, pool, sealing)
    }

    package func past(of call: CallID, of organization: OrganizationID, in log: EventLog) async throws -> Reading {
        let lock = try await lock(of: call, organization)
        let kept = await kept(of: call, lock)
        let subject = Subject(call: call, organization: organization, log: log)
        if let kept, let (grown, count) = try await grown(kept, subject) {
            if count > 0 { await keep(grown, of: call, lock) }
            return Reading(past: grown.reading.past, events: count)
        }
        guard let (grown, count) = try await grown(KeptPast(), subject) else { return Reading(past: nil, events: 0) }
        await keep(grown, of: call, lock)
        return Reading(past: grown.reading.past, events: count)
    }

    // MARK: - The log

    private struct Subject {
        let call: CallID
        let organization: OrganizationID
        let log: EventLog
    }

    /// Goes on from there. Nil where the log has another event in that place, as after a failover that lost its tail, or another
    /// organization's.
    private func grown(_ start: KeptPast, _ subject: Subject) async throws -> (KeptPast, events: Int)? {
        var (kept, count, next) = (start, 0, max(1, start.version))
        while true {
            var page = try await subject.log.events(of: subject.call.uuid, from: next, through: .pool(pool))
            guard let last = page.last, last.organization == subject.organization.uuid else { return nil }
            if next == start.version {
                guard page.removeFirst().id == start.event else { return nil }
            }
            for event in try await sealing?.opened(page, through: .pool(pool)) ?? page {
                guard case .fact(.call(let fact)) = try event.decoded() else { continue }
                kept.reading.take(fact, at: Instant(event.occurredAt))
            }
            count += page.count
            (kept.version, kept.event) = (last.version, last.id)
            if last.version - next + 1 < EventLog.pageMax || last.version == .max { return (kept, count) }
            next = last.version + 1
        }
    }

    // MARK: - Redis

    private enum Lock {
        /// The house seals nothing.
        case open
        case sealed(SealedBox)
        /// Nobody may keep anything of it: it was erased.
        case closed
    }

    private func lock(of call: CallID, _ organization: OrganizationID) async throws -> Lock {
        guard let sealing else { return .open }
        return try await sealing.knownCallKey(call, organization, through: pool).map { .sealed($0.box) } ?? .closed
    }

    /// What does not open, or is of another release, is as good as lost.
    private func kept(of call: CallID, _ lock: Lock) async -> KeptPast? {
        if case .closed = lock { return nil }
        let answer = try? await redis.command(
            "GETEX", .text(Self.key(call)), "PX", .number(Self.milliseconds), call: Self.asking)
        guard var bytes = answer?.bytes else { return nil }
        if case .sealed(let box) = lock {
            guard let plain = try? box.openedBytes(bytes.span, associated: Self.place(call).span) else { return nil }
            bytes = plain
        }
        return KeptPast(bytes)
    }

    /// Where Redis is away, nothing is kept, and nobody misses it.
    private func keep(_ past: KeptPast, of call: CallID, _ lock: Lock) async {
        var bytes = past.bytes
        switch lock {
        case .closed: return
        case .open: break
        case .sealed(let box): bytes = box.seal(bytes.span, associated: Self.place(call).span)
        }
        if past.reading.isOver || bytes.count > Self.bytesMax {
            _ = try? await redis.command("DEL", .text(Self.key(call)), call: Self.asking)
        } else {
            _ = try? await redis.command(
                "SET", .text(Self.key(call)), .bytes(bytes), "PX", .number(Self.milliseconds), call: Self.asking)
        }
    }

    private static let asking = RedisCall(deadline: patience)
    private static let milliseconds = Int(lifetime.components.seconds) * 1_000
    private static let prefix = "call:past:"

    static func key(_ call: CallID) -> String { prefix + call.description }

    /// What is kept of one call does not open as another's.
    private static func place(_ call: CallID) -> [UInt8] { Array(prefix.utf8) + call.uuid.bytes }
}

/// Who forgets a call has removed what is kept of it.
extension PastDesk: CallFiles {
    private static let pageCount = 1_000

    package func calls() async throws -> Set<CallID> {
        var (found, cursor): (Set<CallID>, String) = ([], "0")
        repeat {
            let page = try await redis.command(
                "SCAN", .text(cursor), "MATCH", .text(Self.prefix + "*"), "COUNT", .number(Self.pageCount))
            guard let parts = page.array, parts.count == 2, let next = parts[0].text else { break }
            cursor = next
            for key in parts[1].array ?? [] {
                guard let name = key.text?.dropFirst(Self.prefix.count), let id = UUID(String(name)) else { continue }
                found.insert(CallID(id))
            }
        } while cursor != "0"
        return found
    }

    package func forget(_ calls: Set<CallID>) async throws {
        for call in calls { try await redis.delete(Self.key(call)) }
    }
}
