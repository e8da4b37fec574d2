import Crypto
package import Domain

/// Time travel: a call as it was when its stream had so many events, folded from the log itself.
package struct CallHistory: Sendable {
    private let log: EventLog
    private let sealing: Sealing?

    /// Without `sealing`, what was sealed reads as erased.
    package init(_ log: EventLog, _ sealing: Sealing? = nil) { (self.log, self.sealing) = (log, sealing) }

    /// Everything known of the call at that version, its turns, transcript and tool uses too; nil if the stream is not there,
    /// or is another organization's. A version that is not written yet is the last one.
    package func state(
        of call: CallID, of organization: OrganizationID, at version: Int32 = .max, through source: LogSource
    ) async throws -> CallState? {
        guard let read = try await read(call, of: organization, at: version, through: source) else { return nil }
        var state = CallState.folded(read.facts)
        state?.passOver(read.unknown)
        return state
    }

    /// Nil for what is no call; and the last version of a fact that can't be read.
    private func read(
        _ call: CallID, of organization: OrganizationID, at version: Int32, through source: LogSource
    ) async throws -> (facts: [CallFact], unknown: Int32)? {
        var facts: [CallFact] = []
        var unknown: Int32 = 0
        var next: Int32 = 1
        while next <= version {
            let page = try await log.events(of: call.uuid, from: next, upTo: version, through: source)
            guard let last = page.last, last.organization == organization.uuid else { break }
            for event in try await sealing?.opened(page, through: source) ?? page {
                switch try event.decoded() {
                case .fact(.call(let read)):
                    facts.append(
                        CallFact(version: event.version, id: EventID(event.id), at: Instant(event.occurredAt), read))
                case .sealed, .unknown: unknown = event.version
                case .fact: return nil
                }
            }
            if page.count < EventLog.pageMax || last.version == .max { break }
            next = last.version + 1
        }
        return (facts, unknown)
    }
}
