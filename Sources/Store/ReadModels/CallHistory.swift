import Crypto
package import Domain

/// Time travel: a call as it was when its stream had so many events, folded from the log itself.
package struct CallHistory: Sendable {
    private let log: EventLog
    private let sealing: Sealing?

    /// Without `sealing` everything sealed reads as if it had been erased.
    package init(_ log: EventLog, sealing: Sealing? = nil) {
        self.log = log
        self.sealing = sealing
    }

    /// Everything known of the call at that version, its turns, transcript and tool uses too; nil if the stream is not there,
    /// or is another organization's. A version that is not written yet is the last one.
    package func state(
        of call: CallID, of organization: OrganizationID, at version: Int32 = .max, through source: LogSource
    ) async throws -> CallState? {
        try Self.fold(try await events(of: call.uuid, upTo: version, through: source), of: organization.uuid)
    }

    private func events(of call: UUID, upTo version: Int32, through source: LogSource) async throws -> [RecordedEvent] {
        var all: [RecordedEvent] = []
        var next: Int32 = 1
        while next <= version {
            let page = try await log.events(of: call, from: next, upTo: version, through: source)
            if let sealing { all += try await sealing.opened(page, through: source) } else { all += page }
            guard let last = page.last, page.count == EventLog.pageMax, last.version < .max else { break }
            next = last.version + 1
        }
        return all
    }

    static func fold(_ events: [RecordedEvent], of organization: UUID) throws -> CallState? {
        guard events.first?.organization == organization else { return nil }
        var facts: [CallFact] = []
        var unknown: Int32 = 0
        for event in events {
            switch try event.decoded() {
            case .fact(.call(let read)): facts.append(CallFact(event, read))
            case .sealed: facts.append(CallFact(event, nil))
            case .unknown: unknown = event.version
            case .fact: return nil
            }
        }
        var state = CallState.folded(facts)
        state?.passOver(unknown)
        return state
    }
}

extension CallFact {
    fileprivate init(_ event: RecordedEvent, _ said: CallEvent?) {
        self.init(version: event.version, id: EventID(event.id), at: Instant(event.occurredAt), said)
    }
}
