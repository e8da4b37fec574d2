import Crypto
import Domain
import Loop
import Postgres
import TestKit
import Testing
import Wire

@testable import Store

/// Personal words in the log, and what is left of them when a key is destroyed.
@Suite(.timeLimit(.minutes(2))) struct SealingTests {
    private static func recorded(_ event: NewEvent, in stream: UUID, _ version: Int32 = 1) -> RecordedEvent {
        RecordedEvent(
            lane: 0, position: Int64(version), stream: stream, version: version, id: event.id,
            organization: LogUnderTest.organization, type: event.type, schemaVersion: event.schemaVersion,
            occurredAt: event.occurredAt, recordedAt: event.occurredAt, keyID: event.keyID, payload: event.payload)
    }

    private static func key(_ id: Int64 = 7) throws -> SubjectKey {
        SubjectKey(id: id, try #require(SealedBox(key: Secret.random(count: SealedBox.keyByteCount))))
    }

    /// Of a call as it was folded.
    private struct Summary: Equatable {
        var version: Int32 = 0
        var turns = 0
        var said: [String] = []

        init(_ state: CallState?) {
            guard let state else { return }
            version = state.version
            turns = state.turns.count
            said = state.segments.values.compactMap { $0.text?.revealed }.sorted()
        }
    }

    private static func folded(_ events: [RecordedEvent]) throws -> CallState? {
        CallState.folded(try events.map { try $0.callFact(reading: true) })
    }

    @Test(arguments: Samples.facts)
    func `every fact goes in and comes out, and without its key no word of anybody's is left`(fact: Fact) throws {
        let (stream, key) = (UUID.v7(), try Self.key())
        let event = try NewEvent(
            fact, id: EventID(UUID.v7()), at: Instant(microseconds: 1), in: stream, sealedWith: key)
        let recorded = Self.recorded(event, in: stream)
        let secrets = RedactedPayloadTests.hidden(in: fact).filter { $0 != "vip" }
        #expect((event.keyID == key.id) == RedactedPayload.holdsPrivate(fact))
        #expect(Set(RedactedPayloadTests.strings(in: try JSONValue(json: event.payload))).isDisjoint(with: secrets))
        switch try recorded.decoded() {
        case .fact(let read): #expect(read.type == fact.type)
        case .sealed(let type): #expect(type == fact.type)
        case .unknown: Issue.record("\(fact.type.rawValue) is not known any more")
        }
        guard event.keyID != nil else { return }
        var opened = recorded
        opened.payload = try #require(try SealedPayload.open(recorded, with: key))
        #expect(try opened.decoded() == .fact(fact))
    }

    @Test func `a box in another event's place, altered, or under another key does not open`() throws {
        let (stream, key) = (UUID.v7(), try Self.key())
        let fact = try #require(Samples.facts.first { RedactedPayload.holdsPrivate($0) })
        let event = try NewEvent(
            fact, id: EventID(UUID.v7()), at: Instant(microseconds: 1), in: stream, sealedWith: key)
        let good = Self.recorded(event, in: stream)
        var moved = good
        moved.id = .v7()
        var elsewhere = good
        elsewhere.stream = .v7()
        for bad in [moved, elsewhere] {
            #expect(throws: SealedBox.Failure.doesNotOpen) { try SealedPayload.open(bad, with: key) }
        }
        #expect(throws: SealedBox.Failure.doesNotOpen) { try SealedPayload.open(good, with: try Self.key()) }
        #expect(throws: SealingError.notAKey) { try Sealing(setting: "short") }
    }

    /// Of a call that nobody has erased by itself.
    private static let facts = Samples.callFacts.filter { $0.type != .callErased }

    @Test func `who is erased is erased in the log and in what is folded from it, and nothing else is`() async throws {
        try await Loops.with { loops in
            try await LogUnderTest.with(on: loops.first) { test in
                let setting = Base64.standard.encode(Randomness.bytes(32).span)
                let sealing = try Sealing(setting: setting)
                let organization = LogUnderTest.organization
                let people = [UUID.v7(), UUID.v7()]
                var calls: [UUID] = []
                for person in people {
                    let call = UUID.v7()
                    calls.append(call)
                    let key = try await test.pool.withTransaction {
                        try await sealing.key(of: person, organization, in: $0)
                    }
                    let again = try await test.pool.withTransaction {
                        try await sealing.key(of: person, organization, in: $0)
                    }
                    #expect(key.id == again.id)
                    let events = try Self.facts.enumerated().map { place, fact in
                        try NewEvent(
                            fact, id: EventID(UUID.v7()), at: Instant(microseconds: Int64(place)), in: call,
                            sealedWith: place % 2 == 0 ? key : again)
                    }
                    _ = try await test.appender.append(append(to: call, at: .version(1), events))
                }
                func state(_ call: UUID, _ sealing: Sealing?) async throws -> Summary {
                    var events = try await test.log.events(of: call, through: .pool(test.pool))
                    if let sealing { events = try await sealing.opened(events, through: .pool(test.pool)) }
                    return Summary(try Self.folded(events))
                }
                let before = try await state(calls[0], sealing)
                #expect(before.version == Int32(Self.facts.count) && before.said.count > 0)
                #expect(!before.said.contains(SealedPayload.mark))

                // Another house key opens nothing, and parks nothing.
                let other = try Sealing(setting: Base64.standard.encode(Randomness.bytes(32).span))
                let error = await #expect(throws: SealingError.self) { try await state(calls[0], other) }
                #expect(error.map { FailureKind($0) } == .infrastructure)

                let erased = try await test.pool.withTransaction {
                    try await Sealing.destroyKeys(of: people[0], organization, in: $0)
                }
                #expect(erased == 1)
                let after = try await state(calls[0], sealing)
                let withoutKey = try await state(calls[0], nil)
                #expect(after == withoutKey && after.version == before.version && after.turns == before.turns)
                #expect(!after.said.isEmpty && Set(after.said) == [SealedPayload.mark])
                let neighbour = try await state(calls[1], sealing)
                #expect(neighbour.said == before.said)

                // The log is as it was: nothing is missing, and the consumer goes on over it.
                let all = try await test.everything()
                #expect(all.count == 2 * Self.facts.count)
                let consumer = CallsConsumer(sealing: sealing)
                for lane in Set(all.map(\.lane)) {
                    let events = all.filter { $0.lane == lane }
                    try await test.pool.withTransaction { try await consumer.apply(events, in: $0) }
                }
                let said = try await test.pool.query("SELECT text FROM transcript_segments WHERE call_id = \(calls[0])")
                #expect(said.count > 0)
                for row in said { #expect([nil, SealedPayload.mark].contains(try row.decode(String?.self))) }
            }
        }
    }
}
