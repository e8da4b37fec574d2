package import Domain

/// Holds what a call decided, run again, against what the log has of it.
package struct LogComparison: Sendable {
    /// A fact that one of the two has, and the other has not or has otherwise.
    package enum Difference: Hashable, Sendable {
        /// The step decides it, and the log lacks it.
        case missing(step: Int, CallEvent)
        /// The log has another of its kind in its place.
        case other(step: Int, CallEvent, version: Int32, logged: CallEvent)
        /// The log has it, and no step decides it.
        case unexplained(version: Int32, EventType)

        package var step: Int? {
            switch self {
            case .missing(let step, _), .other(let step, _, _, _): step
            case .unexplained: nil
            }
        }
    }

    /// Of the log, as far as it can be read.
    package struct Logged: Sendable {
        let version: Int32
        let type: EventType
        /// Nil for one that is sealed.
        let event: CallEvent?
        var isMatched = false
    }

    package private(set) var differences: [Difference] = []
    /// Facts that both have.
    package private(set) var matched = 0
    /// Facts that a carrier's webhook told the log before the call did.
    package private(set) var toldByOthers = 0
    private var logged: [Logged]
    /// What was not matched before is not looked for: facts of a call stand in their order.
    private var place = 0
    private var known: CallState

    /// What only a live conversation tells. All else may have come by webhook, or before or after the call.
    private static let ours: Set<EventType> = [
        .callerStartedSpeaking, .callerStoppedSpeaking, .callerSaid, .turnEnded, .replyRequested, .replyFirstToken,
        .replyFinished, .agentStartedSpeaking, .agentSpoke, .agentInterrupted, .interruptionDismissed, .toolCalled,
        .toolReturned, .toolFailed, .providerFailed, .providerFellBack, .providerRecovered, .transferStarted,
    ]

    package init(_ events: [RecordedEvent], startedAt: Instant) throws(CodecError) {
        known = CallState(startedAt: startedAt)
        logged = []
        for event in events {
            switch try event.decoded() {
            case .fact(.call(let fact)): logged.append(Logged(version: event.version, type: fact.type, event: fact))
            case .sealed(let type): logged.append(Logged(version: event.version, type: type, event: nil))
            case .fact, .unknown: break
            }
        }
    }

    /// In order. What the live call would not have written down either is passed over.
    package mutating func add(_ step: ReplayedStep) throws(CodecError) {
        for case .record(let event) in step.effects {
            let facts = (try? Call.decide(.note(event), known, at: step.traced.at)) ?? []
            for fact in facts {
                let id = EventID(value: UInt128(known.version) + 1)
                known = Call.evolve(known, CallFact(version: known.version + 1, id: id, at: step.traced.at, fact))
                try look(for: try Self.stored(fact), step.number)
            }
        }
    }

    private mutating func look(for fact: CallEvent, _ step: Int) throws(CodecError) {
        let places = logged.indices.dropFirst(place).filter { logged[$0].type == fact.type && !logged[$0].isMatched }
        let same = places.first { logged[$0].event == fact || logged[$0].event == nil }
        if let same {
            logged[same].isMatched = true
            place = same + 1
            matched += 1
        } else if Self.ours.contains(fact.type) {
            guard let other = places.first, let event = logged[other].event else {
                return differences.append(.missing(step: step, fact))
            }
            logged[other].isMatched = true
            place = other + 1
            differences.append(.other(step: step, fact, version: logged[other].version, logged: event))
        } else if let other = logged.indices.first(where: { logged[$0].type == fact.type && !logged[$0].isMatched }) {
            logged[other].isMatched = true
            toldByOthers += 1
        } else {
            differences.append(.missing(step: step, fact))
        }
    }

    /// Behind the last step of a whole trace: what the log has more.
    package mutating func end() {
        for fact in logged where !fact.isMatched && Self.ours.contains(fact.type) {
            differences.append(.unexplained(version: fact.version, fact.type))
        }
    }

    /// As it comes back from the log: some letters can't be stored, and numbers are written in decimals.
    private static func stored(_ event: CallEvent) throws(CodecError) -> CallEvent {
        let fact = Fact.call(event)
        let bytes = try EventCodec.encode(fact)
        let read = try EventCodec.decode(
            type: fact.type.rawValue, schemaVersion: fact.type.schemaVersion, payload: bytes)
        guard case .fact(.call(let stored)) = read else { return event }
        return stored
    }
}
