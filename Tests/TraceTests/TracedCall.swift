import ConversationLaws
import Crypto
import Domain
import Testing

@testable import Journal
@testable import Store

/// A random call as it would have been traced.
struct TracedCall {
    let call: RandomCall
    let opening: TraceOpening
    /// With the head in front, and not sealed.
    private(set) var records: [[UInt8]]

    init(seed: UInt64) {
        call = RandomCall(seed: seed, keeps: true)
        opening = TraceOpening(RandomCall.settings(of: seed), seed: seed, at: call.inputs[0].0)
        var records = [TraceHead(call: opening.call.uuid, organization: UUID(value: 1), wrappedKey: nil).bytes]
        let tracer = CallTracer(opening) {
            records.append($0)
            return true
        }
        for ((instant, input), effects) in zip(call.inputs, call.made) { tracer.took(input, at: instant, effects) }
        tracer.over()
        self.records = records
    }

    static func file(_ records: [[UInt8]]) -> [UInt8] {
        records.enumerated().reduce(RecordFormat.mark) {
            $0 + RecordFormat.bytes($1.element, number: UInt32($1.offset))
        }
    }

    var file: [UInt8] { Self.file(records) }

    func reading() throws -> TraceReading { try #require(RecordFile(file)).reading() }
}

extension RecordFile {
    func reading(_ sealing: Sealing? = nil) throws -> TraceReading { try TraceReading(self, sealing) }
}
