import Loop
import Postgres
import Redis
import Store
import Testing

@testable import struct Store.StreamRun

struct ConsumerRulesTests {
    @Test(arguments: [
        ("calls@2", true), ("a@1", true), ("a-b_c9@10", true), ("calls", false), ("calls@0", false),
        ("calls@-1", false),
        ("calls@02", false), ("@1", false), ("Calls@1", false), ("calls@1@2", false), ("ca lls@1", false),
        ("calls@", false),
    ])
    func `a consumer's name is a word and a version`(text: String, isName: Bool) {
        #expect(ConsumerName(text)?.description == (isName ? text : nil))
    }

    @Test func `a consumer's name has a limit`() {
        #expect(ConsumerName(String(repeating: "a", count: ConsumerName.lengthMax), version: 1) != nil)
        #expect(ConsumerName(String(repeating: "a", count: ConsumerName.lengthMax + 1), version: 1) == nil)
    }

    @Test(arguments: [
        ("08006", FailureKind.infrastructure), ("53100", .infrastructure), ("53300", .infrastructure),
        ("57P01", .infrastructure), ("57014", .infrastructure), ("40001", .infrastructure), ("40P01", .infrastructure),
        ("55P03", .infrastructure), ("58030", .infrastructure), ("XX001", .infrastructure), ("25006", .infrastructure),
        ("42P01", .infrastructure), ("42501", .infrastructure), ("42703", .infrastructure), ("28P01", .infrastructure),
        ("22P02", .deterministic), ("22003", .deterministic), ("23505", .deterministic), ("23502", .deterministic),
        ("23514", .deterministic), ("P0001", .deterministic), ("54000", .deterministic),
    ])
    func `a condition of the server tells whose fault it is`(state: String, kind: FailureKind) {
        #expect(FailureKind(SQLState(state)) == kind)
        #expect(FailureKind(PostgresError(.server(SQLState(state)))) == kind)
    }

    @Test(arguments: [
        (PostgresError.Code.connectionLost, FailureKind.infrastructure), (.commitOutcomeUnknown, .infrastructure),
        (.queryDeadline, .infrastructure), (.poolExhausted, .infrastructure), (.connectFailed, .infrastructure),
        (.transactionAborted, .deterministic), (.rowCount(0), .deterministic),
        (.invalidParameter("text"), .deterministic),
    ])
    func `so does an error of the connection`(code: PostgresError.Code, kind: FailureKind) {
        #expect(FailureKind(PostgresError(code)) == kind)
    }

    @Test(arguments: [
        (408, FailureKind.infrastructure), (429, .infrastructure), (500, .infrastructure), (503, .infrastructure),
        (599, .infrastructure), (400, .deterministic), (401, .deterministic), (404, .deterministic),
        (422, .deterministic),
    ])
    func `another service's refusal stays one, its trouble passes`(status: Int, kind: FailureKind) {
        #expect(FailureKind(ServiceFailure("embeddings", .status(status))) == kind)
    }

    @Test func `other errors are judged by what they are`() {
        #expect(FailureKind(ServiceFailure("embeddings", .timeout)) == .infrastructure)
        #expect(FailureKind(ServiceFailure("embeddings", .unreachable)) == .infrastructure)
        #expect(FailureKind(RedisError(.notConnected, "XADD")) == .infrastructure)
        #expect(FailureKind(CancellationError()) == .infrastructure)
        #expect(FailureKind(LogIsCorrupt.lane(1, missing: 2)) == .infrastructure)
        #expect(FailureKind(EffectConsumer.Unreadable()) == .deterministic)
    }

    private struct Talkative: Error, CustomStringConvertible { var description: String { "+49 30 123456" } }
    private struct Long: ClassifiedFailure {
        let kind = FailureKind.deterministic
        var description: String { String(repeating: "x", count: FailureNote.lengthMax + 1) }
    }

    @Test func `what an error quotes is not written down`() {
        #expect(FailureNote(Talkative()).text == "an error of type Talkative")
        #expect(FailureNote(PostgresError(.server(.uniqueViolation))).errorClass == "23505")
        #expect(FailureNote(Long()).text.count == FailureNote.lengthMax)
    }

    @Test(arguments: [
        (16, 1, 0, FairShare.take(upTo: 16)), (16, 3, 0, .take(upTo: 6)), (16, 3, 6, .enough), (16, 3, 8, .giveBack(2)),
        (16, 2, 16, .giveBack(8)), (16, 32, 1, .enough), (16, 32, 0, .take(upTo: 1)), (16, 0, 0, .take(upTo: 16)),
        (0, 2, 0, .enough), (0, 2, 3, .giveBack(3)),
    ])
    func `everybody has an equal share, and nothing is left over`(lanes: Int, live: Int, owned: Int, share: FairShare) {
        #expect(FairShare(lanes: lanes, live: live, owned: owned) == share)
    }

    @Test func `pauses double up to a bound and are spread`() {
        let pauses = RetryPauses()
        #expect(pauses.pause(afterFailures: 1, chance: 1) == .seconds(1))
        #expect(pauses.pause(afterFailures: 1, chance: 0) == .milliseconds(500))
        #expect(pauses.pause(afterFailures: 4, chance: 1) == .seconds(8))
        for count in [7, 20, 64, 1_000_000] { #expect(pauses.pause(afterFailures: count, chance: 1) == .seconds(60)) }
    }

    @Test(
        arguments: [
            ([11, 12, 13], 13, true), ([], 10, true), ([12, 13], 10, false), ([11, 13], 11, false),
            ([10, 11], 10, false),
            ([11, 12, 99], 12, false),
        ] as [([UInt64], Int64, Bool)])
    func `what Redis holds counts as far as it follows without a gap`(times: [UInt64], end: Int64, isWhole: Bool) {
        let run = StreamRun(times.map { RedisStreamID(time: $0, number: 0) }, after: 10)
        #expect(run.end == end)
        #expect(run.isWhole == isWhole)
    }

    @Test func `an entry that is no position counts for nothing`() {
        let run = StreamRun([RedisStreamID(time: 11, number: 1)], after: 10)
        #expect(run.end == 10)
        #expect(!run.isWhole)
    }
}
