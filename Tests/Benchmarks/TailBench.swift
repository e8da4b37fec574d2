import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Redis
import Store
import Wire

/// Foundation has one too.
private typealias UUID = Crypto.UUID

/// Our API on one core, and on the other one those who follow it, and whoever writes what they are told.
///
/// One more than they follows what the others don't, and does not read: it is told more than fits between it and the API, is cut, comes
/// again with the last id it had, and goes on. Whoever misses an event, has one twice or in another order ends the measurement.
final class TailBench {
    static let readers = 1_000
    /// An organization with some ten calls at once.
    static let perSecond = 20
    static let seconds = 8
    static let calls = 16
    /// Once more to each call at the end, when the slow one has been cut: the others were not kept from anything.
    static let count = perSecond * seconds + calls
    /// For the slow one: more than the kernel and the API hold for it.
    static let flood = 4_000
    static let floodBytes = 4_096
    static let coresMax = 0.8
    static let waitMax = 250.0

    private static let port: UInt16 = 19_113
    private static let organization = UUID(value: 0xA3)
    private static let database = "tail_bench"

    struct Result {
        let cores: Double
        let lines: Int
        let half: Double
        let high: Double
    }

    private let api: Child
    private let configuration: PostgresConfiguration

    init() throws {
        try BenchAPI.make(Self.database, for: Self.organization)
        let owner = try StoreContests.address("DATABASE_OWNER_URL")
        configuration = try PostgresConfiguration(BenchAPI.address(owner, of: Self.database))
        let url = try BenchAPI.address(StoreContests.address("DATABASE_URL"), of: Self.database)
        api = try BenchAPI.start(port: Self.port, ["DATABASE_URL": url])
        try Port.wait(Self.port)
    }

    func clear() {
        api.stop()
        BenchAPI.drop(Self.database)
    }

    func measure() throws -> Result {
        let readers = try Child(
            core: 1, Child.ownPath,
            [
                "follow", "\(Self.port)", try BenchAPI.token(of: Self.organization), "\(Self.readers)",
                "\(Self.count)", "\(Self.flood)",
            ])
        try readers.untilSaid("following")
        let cores = try offer()
        let numbers = try readers.finish().split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard numbers.count == 3, Int(numbers[0]) == Self.readers * Self.count else {
            throw Trouble("the readers said nothing usable: \(numbers)")
        }
        return Result(cores: cores, lines: Int(numbers[0]), half: numbers[1], high: numbers[2])
    }

    // MARK: - Writing

    /// Answers the share of a core that the API took while it was told as much as the readers shall be.
    private func offer() throws -> Double {
        let (configuration, identifier) = (configuration, api.identifier)
        let address = try RedisAddress(StoreContests.address("REDIS_URL"))
        return try Loops.run(1, name: "tail") { loops in
            let pool = PostgresPool(configuration, on: loops.first)
            let log = try await EventLog.read(through: .pool(pool))
            let resolver = HostResolver(on: try Lane(name: "names"))
            let cores = try await RedisClient.with(
                RedisSettings(address: address), on: loops.first, resolver: resolver
            ) { client in
                let relay = Relay(log, from: pool, to: client)
                let relaying = Task(executorPreference: loops.first) { await relay.run() }
                let writing = Task(executorPreference: loops.first) {
                    try await Self.write(configuration, relay, identifier, on: loops.first)
                }
                let result = await writing.result
                relay.stop()
                await relaying.value
                let keys = try await StreamKeys.read(log.id, through: .pool(pool))
                for lane in 0..<log.lanes { try await client.delete(keys.key(of: lane)) }
                return try result.get()
            }
            await pool.close()
            return cores
        }
    }

    private static func write(
        _ configuration: PostgresConfiguration, _ relay: Relay, _ api: Int32, on loop: Loop
    ) async throws -> Double {
        try await AppendBench.withAppender(configuration, on: loop, warmsUp: false) { appender, loop in
            let streams = (0...calls).map { _ in UUID.v7() }
            var versions = Array(repeating: Int32(0), count: streams.count)
            func mark(_ call: Int, _ count: Int, _ due: Moment, type: String, padding: Int = 0) async throws {
                let filler = String(repeating: "x", count: padding)
                let events = (1...count).map { number in
                    let mark = "\(call)-\(Int(versions[call]) + number)-\(due.nanoseconds)"
                    return NewEvent(
                        id: .v7(), type: type, schemaVersion: 1, occurredAt: .now,
                        payload: Array(#"{"metadata":{"mark":"\#(mark)","filler":"\#(filler)"}}"#.utf8))
                }
                let append = StreamAppend(
                    to: streams[call], kind: .call, of: organization, at: .version(versions[call] + 1), events)
                guard case .appended = try await appender.append(append) else { throw Trouble("an append failed") }
                versions[call] += Int32(count)
                relay.nudge()
            }
            let (began, before) = (Moment.now, Accounts.processorTime(of: api))
            for place in 0..<(perSecond * seconds) {
                let due = began + .nanoseconds(Int64(place) * 1_000_000_000 / Int64(perSecond))
                let early = due - Moment.now
                if early > .zero { try await loop.sleep(for: early) }
                try await mark(place % calls, 1, due, type: TailReaders.type)
            }
            let rest = began + .seconds(seconds) - Moment.now
            if rest > .zero { try await loop.sleep(for: rest) }
            let spent = Accounts.processorTime(of: api) - before
            let cores = Double(spent) / 1e9 / (Moment.now - began).inSeconds
            for _ in 0..<(flood / 50) {
                try await mark(calls, 50, .now, type: TailReaders.floodType, padding: floodBytes)
            }
            for call in 0..<calls { try await mark(call, 1, .now, type: TailReaders.type) }
            return cores
        }
    }
}
