import Domain
import Store
import Testing

struct UpcasterTests {
    private func read(_ type: EventType, _ version: Int16, _ json: String) throws(CodecError) -> DecodedEvent {
        try EventCodec.decode(type: type.rawValue, schemaVersion: version, payload: Array(json.utf8))
    }

    @Test(arguments: EndedReason.allCases)
    func `a call that ended before faults had owners is put down to the reason's owner`(reason: EndedReason) throws {
        let read = try read(.callEnded, 1, #"{"ended_reason":"\#(reason.rawValue)","billable":true}"#)
        let ended = CallEnded(reason: reason, faultOwner: reason.faultOwner, isBillable: true)
        #expect(read == .fact(.call(.callEnded(ended))))
    }

    @Test(arguments: [true, false])
    func `of an old utterance the whole length is known only if it was heard to its end`(isInterrupted: Bool) throws {
        let json = #"""
            {"utterance_id":"0198c5a2-7a00-7000-8000-0000000000b1","generated_text":"a","heard_text":"a","heard_ms":900,
            "interrupted":\#(isInterrupted),"voice":"v","provider":"p"}
            """#
        guard case .fact(.call(.agentSpoke(let spoke))) = try read(.agentSpoke, 1, json) else {
            Issue.record("another event came back")
            return
        }
        #expect(spoke.totalFor == (isInterrupted ? nil : 900))
        #expect(spoke.heardFor == 900)
    }

    @Test func `a step that cannot read its version names that version`() {
        #expect(throws: CodecError(.callEnded, version: 1, .illTyped(field: "ended_reason"))) {
            try read(.callEnded, 1, #"{"ended_reason":"bored","billable":true}"#)
        }
        #expect(throws: CodecError(.agentSpoke, version: 1, .missing(field: "heard_ms"))) {
            try read(.agentSpoke, 1, "{}")
        }
    }

    @Test func `what a step leaves alone is refused as the version it became`() {
        #expect(throws: CodecError(.callEnded, version: 2, .missing(field: "billable"))) {
            try read(.callEnded, 1, #"{"ended_reason":"stopped"}"#)
        }
    }

    @Test func `the version of today does without steps, so nothing is made up for it`() {
        #expect(throws: CodecError(.callEnded, version: 2, .missing(field: "fault_owner"))) {
            try read(.callEnded, 2, #"{"ended_reason":"stopped","billable":true}"#)
        }
    }

    @Test func `a version from a later release waits for that release`() {
        #expect(throws: CodecError(.callEnded, version: 3, .newerVersion(known: 2))) {
            try read(.callEnded, 3, "{}")
        }
    }

    @Test(arguments: [0, -1, .min] as [Int16])
    func `versions begin at 1`(version: Int16) {
        #expect(throws: CodecError(.callAnswered, version: version, .noSuchVersion)) {
            try read(.callAnswered, version, "{}")
        }
    }
}
