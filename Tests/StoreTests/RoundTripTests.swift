import Crypto
import Domain
import Foundation
import Store
import Testing
import Wire

struct RoundTripTests {
    private static let rounds = 60

    /// `LEDGERLINE_SEED` repeats a run that failed.
    static let seed =
        ProcessInfo.processInfo.environment["LEDGERLINE_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)

    @Test(arguments: EventType.allCases)
    func `whatever is written is read back`(type: EventType) throws {
        var dice = Dice(seed: Self.seed)
        for round in 0..<Self.rounds {
            let fact = Fact.any(type, &dice)
            #expect(fact.type == type)
            let payload = try EventCodec.encode(fact)
            let read = try EventCodec.decode(type: type.rawValue, schemaVersion: type.schemaVersion, payload: payload)
            #expect(read == .fact(fact), "LEDGERLINE_SEED=\(Self.seed), round \(round)")
            guard case .fact(let again) = read else { continue }
            #expect(try EventCodec.encode(again) == payload, "LEDGERLINE_SEED=\(Self.seed), round \(round)")
        }
    }

    /// Whatever gets past the reader is a fact like any other: it can be written, and is the same again.
    @Test(arguments: Samples.facts)
    func `a damaged payload is refused, or read as something that can be written`(sample: Fact) throws {
        var dice = Dice(seed: Self.seed)
        let type = sample.type
        let intact = try EventCodec.encode(sample)
        var refused = 0
        for round in 0..<Self.rounds {
            var damaged = intact
            for _ in 0...Int.random(in: 0...2, using: &dice) {
                let place = Int.random(in: 0..<damaged.count, using: &dice)
                switch UInt8.random(in: 0...2, using: &dice) {
                case 0: damaged[place] = .random(in: 0 ... .max, using: &dice)
                case 1: damaged.insert(intact[Int.random(in: 0..<intact.count, using: &dice)], at: place)
                default: damaged.removeSubrange(place..<min(place + 4, damaged.count - 1))
                }
            }
            let read: DecodedEvent
            do {
                read = try EventCodec.decode(
                    type: type.rawValue, schemaVersion: type.schemaVersion, payload: damaged)
            } catch {
                refused += 1
                continue
            }
            guard case .fact(let fact) = read else { continue }
            let again = try EventCodec.decode(
                type: type.rawValue, schemaVersion: type.schemaVersion, payload: EventCodec.encode(fact))
            #expect(again == read, "LEDGERLINE_SEED=\(Self.seed), round \(round)")
        }
        #expect(refused > 0, "LEDGERLINE_SEED=\(Self.seed): nothing was damaged")
    }

    @Test func `how an event came about is read back`() throws {
        var dice = Dice(seed: Self.seed)
        for round in 0..<Self.rounds {
            let meta = EventMeta.any(&dice)
            let read = try EventCodec.decodeMeta(EventCodec.encode(meta))
            #expect(read == meta, "LEDGERLINE_SEED=\(Self.seed), round \(round)")
        }
    }

    @Test func `an event goes into its envelope and comes out of it`() throws {
        let meta = EventMeta(
            request: "req-1", trace: TraceID(value: 0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c),
            actor: .carrier("telnyx"))
        let fact = Fact.call(.callAnswered(CallAnswered(answeredBy: .human)))
        let event = try NewEvent(
            fact, id: EventID(value: 7), at: Instant(microseconds: 1_785_583_545_123_456), keyID: 3, meta: meta)
        #expect(event.id == UUID(value: 7))
        #expect(event.type == "call.answered")
        #expect(event.schemaVersion == 1)
        #expect(event.occurredAt == Timestamp(microseconds: 1_785_583_545_123_456))
        #expect(event.keyID == 3)
        #expect(text(event.payload) == #"{"answered_by":"human"}"#)
        #expect(
            text(event.meta ?? [])
                == #"{"request_id":"req-1","trace_id":"0af7651916cd43dd8448eb211c80319c","actor":{"kind":"carrier","id":"telnyx"}}"#
        )
        let recorded = RecordedEvent(
            lane: 1, position: 2, stream: UUID(value: 3), version: 4, id: event.id, organization: UUID(value: 5),
            type: event.type, schemaVersion: event.schemaVersion, occurredAt: event.occurredAt,
            recordedAt: event.occurredAt, keyID: event.keyID, payload: event.payload, meta: event.meta)
        #expect(try recorded.decoded() == .fact(fact))
        #expect(try recorded.decodedMeta() == meta)
    }

    @Test func `an event without meta has none`() throws {
        let event = try NewEvent(
            .agent(.agentArchived(AgentArchived())), id: EventID(value: 1), at: .init(microseconds: 0))
        #expect(event.meta == nil)
        #expect(text(event.payload) == "{}")
    }
}
