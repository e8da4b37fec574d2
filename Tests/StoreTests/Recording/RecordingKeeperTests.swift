import Crypto
import Domain
import Foundation
import Loop
import Postgres
import TestKit
import Testing
import Wire

@testable import Journal
@testable import Store

/// What becomes of recordings when their calls are over, or their process is.
@Suite(.timeLimit(.minutes(3)), .serialized) struct RecordingKeeperTests {
    private static let organization = OrganizationID(value: 0xA1)

    private struct Scene {
        let pool: PostgresPool
        let log: EventLog
        let folder: TemporaryFolder
        let sealing: Sealing

        var path: String { folder.path("recordings") }

        func spool(_ limits: RecordingLimits = RecordingLimits(), sealed: Bool = false) throws -> RecordingSpool {
            try RecordingSpool(path, sealed ? sealing : nil, limits: limits)
        }

        func keeper(_ spool: RecordingSpool, sealed: Bool = false) throws -> RecordingKeeper {
            try RecordingKeeper(spool, RecordingLedger(pool, sealing), seals: sealed)
        }

        /// A call with somebody, in the log.
        func call(from number: String = "+15550100002") async throws -> CallID {
            let call = CallID(UUID.v7())
            let fact = CallEvent.callReceived(
                CallReceived(
                    from: Private(number), to: Private("+1"), leg: CarrierLeg(carrier: "t", control: "\(call)")))
            try await append(fact, to: call)
            return call
        }

        func append(_ fact: CallEvent, to call: CallID) async throws {
            let event = try NewEvent(.call(fact), id: EventID(UUID.v7()), at: Instant(microseconds: 1))
            let append = StreamAppend(
                to: call.uuid, kind: .call, of: RecordingKeeperTests.organization.uuid, at: .next, [event])
            _ = try await pool.withTransaction { try await log.append(append, in: $0) }
        }

        func begin(_ call: CallID, in spool: RecordingSpool, days: Int = 30) async throws -> RecordingVolume {
            let head = RecordingHead(
                RecordingID(UUID.v7()), of: call, RecordingKeeperTests.organization, retentionDays: days)
            let started = RecordingStarted(recording: head.recording, channels: 2)
            try await append(.recordingStarted(started), to: call)
            return try #require(spool.begin(head))
        }

        func facts(_ call: CallID) async throws -> [CallEvent] {
            try await log.events(of: call.uuid, through: .pool(pool)).compactMap { event in
                if case .fact(.call(let fact)) = try event.decoded() { fact } else { nil }
            }
        }

        var reader: RecordingReader {
            let organization = RecordingKeeperTests.organization
            return RecordingReader(TenantDatabase(organization, in: pool, log: log, sealing: sealing))
        }

        func standing(_ call: CallID) async throws -> RecordingReader.Standing {
            try await reader.standing(of: call)
        }

        func sound(_ head: RecordingHead) throws -> [UInt8] {
            [UInt8](try Data(contentsOf: URL(filePath: "\(path)/\(head.key())")))
        }

        var spooled: [String] { get throws { try KeptFile.names(in: path, suffix: RecordingSpool.suffix) } }
    }

    private static func with(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        let sealing = try Sealing(houseKey: Secret.random(count: 32))
        try await TemporaryFolder.with { folder in
            try await Loops.with { loops in
                try await withEmptyDatabase(on: loops.first) { url in
                    try await Migrator(
                        PostgresConfiguration(url), on: loops.first, folder: Services.repository + "/Migrations"
                    ).apply()
                    try await withPool(at: url, on: loops.first) { pool in
                        let log = try await EventLog.read(through: .pool(pool))
                        try await body(Scene(pool: pool, log: log, folder: folder, sealing: sealing))
                    }
                }
            }
        }
    }

    private static func otherwise() { Issue.record("it stands otherwise") }

    private static func frames(_ byte: UInt8, _ count: Int = 16_000) -> [UInt8] {
        [UInt8](repeating: byte, count: count)
    }

    @Test(arguments: [false, true])
    func `a recording that ended is a sound file, a row and a fact, once`(isSealed: Bool) async throws {
        try await Self.with { scene in
            let (spool, call) = (try scene.spool(sealed: isSealed), try await scene.call())
            let keeper = try scene.keeper(spool)
            var volume: RecordingVolume? = try await scene.begin(call, in: spool)
            let head = try #require(volume?.head)
            #expect(volume?.add(Self.frames(1)) == nil && volume?.add(Self.frames(2)) == nil)
            // It is being written, and left alone.
            #expect(await keeper.round())
            guard case .notReady = try await scene.standing(call) else { return Self.otherwise() }
            let spooled = try Data(contentsOf: URL(filePath: spool.path(of: head.recording)))
            #expect((spooled.range(of: Data(Self.frames(1, 64))) == nil) == isSealed)
            volume?.end()
            volume = nil
            #expect(await keeper.round())
            #expect(await keeper.round())
            let sound = try scene.sound(head)
            #expect(sound == WaveHeader.bytes(soundBytes: 32_000) + Self.frames(1) + Self.frames(2))
            #expect(try scene.spooled == [])
            let stored = try await scene.facts(call).filter { if case .recordingStored = $0 { true } else { false } }
            #expect(
                stored == [
                    .recordingStored(
                        RecordingStored(
                            recording: head.recording, key: head.key(), channels: 2, byteCount: sound.count,
                            duration: 2_000))
                ])
            guard case .stored(let rows) = try await scene.standing(call) else {
                return Self.otherwise()
            }
            #expect(rows.map(\.id) == [head.recording] && rows[0].duration == 2_000)
            #expect(rows[0].expiresAt == rows[0].storedAt + .seconds(30 * 86_400))
            #expect(keeper.statistics.stored == 1 && keeper.statistics.tries == 0)
            try await spool.close()
        }
    }

    @Test func `what is stored opens with the key of its call, any part of it, and without that key no more`()
        async throws
    {
        try await Self.with { scene in
            let (spool, call) = (try scene.spool(), try await scene.call())
            let keeper = try scene.keeper(spool, sealed: true)
            let volume = try await scene.begin(call, in: spool)
            for second in 1...10 { #expect(volume.add(Self.frames(UInt8(second))) == nil) }
            volume.end()
            #expect(await keeper.round())
            let row = try #require(try await scene.reader.find(volume.head.recording))
            #expect(row.key == row.soundKey + ".sealed" && row.key == volume.head.key(isSealed: true))
            let whole = WaveHeader.bytes(soundBytes: 160_000) + (1...10).flatMap { Self.frames($0) }
            #expect(Int(row.byteCount) == whole.count)
            let lying = [UInt8](try Data(contentsOf: URL(filePath: "\(scene.path)/\(row.key)")))
            #expect(lying.count == SoundSeal.byteCount(of: whole.count))
            for second in 1...10 {
                #expect(Data(lying).range(of: Data(Self.frames(UInt8(second), 16))) == nil, "it lies open")
            }
            let seal = try #require(try await scene.reader.seal(of: row))
            func part(_ range: Range<Int>, of bytes: [UInt8]) async throws -> [UInt8] {
                try await seal.open(range, of: whole.count) { Array(bytes.dropFirst($0).prefix($1)) }
            }
            let piece = SoundSeal.pieceBytes
            for range in [
                0..<whole.count, 0..<1, 57..<59, piece - 1..<piece + 1, piece..<2 * piece, 5..<5,
                whole.count - 1..<whole.count,
            ] {
                #expect(try await part(range, of: lying) == Array(whole[range]), "\(range)")
            }
            // A piece stands for no other, and none is missing unnoticed.
            let box = lying.count - SoundSeal.byteCount(of: whole.count - piece)
            let swapped = Array(lying[box..<2 * box]) + Array(lying[..<box]) + Array(lying[(2 * box)...])
            for wrong in [swapped, Array(lying.dropLast())] {
                await #expect(throws: SealedBox.Failure.doesNotOpen) { try await part(0..<whole.count, of: wrong) }
            }
            let organization = Self.organization.uuid
            let count = try await scene.pool.withTransaction { session in
                try await Sealing.destroyKeys(of: call.uuid, organization, in: session)
            }
            #expect(count == 1)
            #expect(try await scene.reader.seal(of: row) == nil)
            // What is put away from now on opens for nobody.
            let late = try await scene.begin(call, in: spool)
            #expect(late.add(Self.frames(1)) == nil)
            late.end()
            #expect(await keeper.round())
            let lost = try #require(try await scene.reader.find(late.head.recording))
            #expect(try await scene.reader.seal(of: lost) == nil)
            try await spool.close()
        }
    }

    @Test func `what a process that died left is put away by the next one, as far as it was written`() async throws {
        try await Self.with { scene in
            let (call, dead) = (try await scene.call(), try scene.spool())
            let head: RecordingHead
            do {
                let volume = try await scene.begin(call, in: dead)
                head = volume.head
                #expect(volume.add(Self.frames(1)) == nil)
                _ = try await dead.settled()
                // Another process looks meanwhile: the file is somebody's.
                let other = try scene.spool()
                #expect(await (try scene.keeper(other)).round())
                #expect(try scene.spooled.count == 1)
                try await dead.close()
            }
            let file = try FileHandle(forUpdating: URL(filePath: dead.path(of: head.recording)))
            try file.seekToEnd()
            // The beginning of a record.
            try file.write(contentsOf: Data([200, 0, 0, 0, 1, 2, 3, 4, 5, 6]))
            try file.close()
            let keeper = try scene.keeper(try scene.spool())
            #expect(await keeper.round())
            #expect(try scene.sound(head) == WaveHeader.bytes(soundBytes: 16_000) + Self.frames(1))
            #expect(try scene.spooled == [])
            guard case .stored(let rows) = try await scene.standing(call) else {
                return Self.otherwise()
            }
            #expect(rows.count == 1 && rows[0].duration == 1_000)
        }
    }

    @Test func `while the database is away a recording waits, and is told once when it is back`() async throws {
        try await Self.with { scene in
            let (spool, call) = (try scene.spool(), try await scene.call())
            let keeper = try scene.keeper(spool)
            let volume = try await scene.begin(call, in: spool)
            #expect(volume.add(Self.frames(1)) == nil)
            volume.end()
            try await scene.pool.execute("ALTER TABLE recordings RENAME TO recordings_away")
            #expect(await !keeper.round())
            #expect(try scene.spooled.count == 1)
            try await scene.pool.execute("ALTER TABLE recordings_away RENAME TO recordings")
            #expect(await keeper.round())
            #expect(try scene.spooled == [] && keeper.statistics.tries == 1 && keeper.statistics.stored == 1)
            try await spool.close()
        }
    }

    @Test func `a recording that gets too long, or finds no room, fails, and its file goes`() async throws {
        try await Self.with { scene in
            var limits = RecordingLimits()
            limits.soundBytesMax = 40_000
            let (spool, call) = (try scene.spool(limits), try await scene.call())
            let long = try await scene.begin(call, in: spool)
            #expect(long.add(Self.frames(1)) == nil && long.add(Self.frames(2)) == nil)
            #expect(long.add(Self.frames(3)) == .tooLong)
            #expect(long.add(Self.frames(4)) == nil, "it is told once")
            long.end()
            #expect(await (try scene.keeper(spool)).round())
            #expect(try scene.spooled == [])
            try await spool.close()

            // More waits for the disk than may.
            var narrow = RecordingLimits()
            narrow.shelf.waitingMax = 20_000
            let full = try scene.spool(narrow)
            let volume = try await scene.begin(call, in: full)
            #expect(volume.add(Self.frames(1, 30_000)) == .storageFailed)
            #expect(await (try scene.keeper(full)).round())
            #expect(try scene.spooled == [])
            try await full.close()
        }
    }

    @Test func `a disk that fails behind the last piece makes the recording fail, and the log says so`() async throws {
        try await Self.with { scene in
            var limits = RecordingLimits()
            limits.shelf.fileBytesMax = 20_000
            let (spool, call) = (try scene.spool(limits), try await scene.call())
            let keeper = try scene.keeper(spool)
            let volume = try await scene.begin(call, in: spool)
            #expect(volume.add(Self.frames(1)) == nil && volume.add(Self.frames(2)) == nil)
            volume.end()
            #expect(await keeper.round())
            #expect(
                try await scene.facts(call).last
                    == .recordingFailed(
                        RecordingFailed(recording: volume.head.recording, reason: .storageFailed)))
            guard case .failed = try await scene.standing(call) else { return Self.otherwise() }
            #expect(try scene.spooled == [] && keeper.statistics.failed == 1)
            try await spool.close()
        }
    }

    @Test func `what can't be put away for days is given up, and so is what has no sound`() async throws {
        try await Self.with { scene in
            var limits = RecordingLimits()
            limits.giveUpAfter = .zero
            let (spool, call) = (try scene.spool(limits), try await scene.call())
            let volume = try await scene.begin(call, in: spool)
            #expect(volume.add(Self.frames(1)) == nil)
            volume.end()
            try await scene.pool.execute("ALTER TABLE recordings RENAME TO recordings_away")
            #expect(await (try scene.keeper(spool)).round())
            try await scene.pool.execute("ALTER TABLE recordings_away RENAME TO recordings")
            guard case .failed = try await scene.standing(call) else { return Self.otherwise() }
            #expect(throws: (any Error).self) { try scene.sound(volume.head) }
            let silent = try await scene.begin(try await scene.call(), in: spool)
            silent.end()
            #expect(await (try scene.keeper(spool)).round())
            guard case .failed = try await scene.standing(silent.head.call) else {
                return Self.otherwise()
            }
            #expect(try scene.spooled == [])
            try await spool.close()
        }
    }

    @Test func `of a recording that never came back the log learns after days, once`() async throws {
        try await Self.with { scene in
            let spool = try scene.spool()
            let (lost, kept) = (try await scene.call(), try await scene.call())
            let gone = try await scene.begin(lost, in: spool)
            let volume = try await scene.begin(kept, in: spool)
            #expect(volume.add(Self.frames(1)) == nil)
            volume.end()
            #expect(await (try scene.keeper(spool)).round())
            // Its process was killed, and the disk with it.
            gone.end()
            try await spool.close()
            _ = try KeptFile.remove(spool.path(of: gone.head.recording))
            let finder = LostRecordings(scene.pool, RecordingLedger(scene.pool, nil))
            #expect(try await finder.run() == 0, "it may still come")
            // The log is never corrected: only a test may make it older.
            try await scene.pool.execute("ALTER TABLE events DISABLE TRIGGER USER")
            try await scene.pool.execute("UPDATE events SET recorded_at = recorded_at - interval '5 days'")
            #expect(try await finder.run { true } == 0, "it stops when it is told to")
            #expect(try await finder.run() == 1)
            #expect(try await finder.run() == 0)
            #expect(
                try await scene.facts(lost).last
                    == .recordingFailed(RecordingFailed(recording: gone.head.recording, reason: .storageFailed)))
            guard case .failed = try await scene.standing(lost) else { return Self.otherwise() }
            guard case .stored = try await scene.standing(kept) else { return Self.otherwise() }
        }
    }

    @Test func `recordings go when their time is over, and with the customer in them`() async throws {
        try await Self.with { scene in
            let customer = UUID.v7()
            try await scene.pool.execute(
                """
                INSERT INTO customers_v1 (customer_id, organization_id, updated_at, version, name)
                VALUES (\(customer), \(Self.organization.uuid), now(), 1, 'Ada')
                """)
            try await scene.pool.execute(
                """
                INSERT INTO customer_handles (organization_id, kind, handle, customer_id)
                VALUES (\(Self.organization.uuid), 'phone', '+15550100077', \(customer))
                """)
            let spool = try scene.spool()
            let keeper = try scene.keeper(spool)
            var heads: [RecordingHead] = []
            for number in ["+15550100077", "+15550100078", "+15550100079"] {
                let volume = try await scene.begin(try await scene.call(from: number), in: spool)
                #expect(volume.add(Self.frames(1)) == nil)
                volume.end()
                heads.append(volume.head)
            }
            // One whose call was erased before it was put away.
            let erased = try await scene.begin(try await scene.call(), in: spool)
            #expect(erased.add(Self.frames(1)) == nil)
            erased.end()
            try await scene.append(.callErased(CallErased(reason: .requested)), to: erased.head.call)
            #expect(await keeper.round())
            guard case .gone = try await scene.standing(erased.head.call) else { return Self.otherwise() }
            let (ledger, path) = (RecordingLedger(scene.pool, nil), scene.path)
            let purge = RecordingPurge(ledger, [.folder: { _ = try KeptFile.remove("\(path)/\($0)") }])
            #expect(try await purge.run() == 1)
            #expect(throws: (any Error).self) { try scene.sound(erased.head) }
            try await scene.pool.execute(
                "UPDATE recordings SET expires_at = now() WHERE recording_id = \(heads[1].recording.uuid)")
            try await scene.pool.execute(
                "UPDATE customers_v1 SET erased_at = now() WHERE customer_id = \(customer)")
            // Nobody gets them from now on, whenever they go.
            for head in heads.prefix(2) {
                guard case .gone = try await scene.standing(head.call) else {
                    return Self.otherwise()
                }
            }
            #expect(try await purge.run { true } == 0, "it stops when it is told to")
            // More than a page of them.
            let many = Int64(RecordingLedger.pageMax) + 1
            try await scene.pool.execute(
                """
                INSERT INTO recordings (recording_id, organization_id, call_id, key, place, byte_count, duration_ms, expires_at)
                SELECT gen_random_uuid(), \(Self.organization.uuid), gen_random_uuid(), 'none/' || i, 'folder', 1, 1, now()
                FROM generate_series(1, \(many)) AS i
                """)
            #expect(try await purge.run() == 2 + RecordingLedger.pageMax + 1)
            #expect(try await purge.run() == 0)
            for head in heads.prefix(2) { #expect(throws: (any Error).self) { try scene.sound(head) } }
            #expect(try scene.sound(heads[2]).count > 16_000)
            try await spool.close()
        }
    }
}
