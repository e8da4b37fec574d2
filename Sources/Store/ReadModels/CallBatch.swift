package import Crypto
package import Domain

/// Events of a lane, taken apart by call: which rows they add to, before any is looked up.
package struct CallBatch: Sendable {
    package struct Stream: Sendable {
        package let id: UUID
        package let organization: UUID
        package var facts: [CallFact] = []
        /// The highest version of an event whose type says nothing, not even that the stream is a call.
        package var unknown: Int32 = 0
    }

    package private(set) var streams: [Stream] = []
    package private(set) var turns: Set<Key<Subject.Turn>> = []
    package private(set) var utterances: Set<Key<Subject.Utterance>> = []
    package private(set) var toolCalls: Set<Key<Subject.ToolCall>> = []
    package private(set) var unknownEvents = 0

    /// A row of a call's.
    package struct Key<Subject>: Hashable, Sendable {
        package let call: UUID
        package let id: ID<Subject>
    }

    /// Throws at the first event that can't be read. What other streams hold is passed over unread.
    package init(_ events: [RecordedEvent]) throws(CodecError) {
        var places: [UUID: Int] = [:]
        for event in events {
            let type = Self.types[event.type]
            if let type, type.stream != .call { continue }
            let place = places[event.stream] ?? streams.count
            if place == streams.count {
                places[event.stream] = place
                streams.append(Stream(id: event.stream, organization: event.organization))
            }
            guard let type else {
                unknownEvents += 1
                streams[place].unknown = max(streams[place].unknown, event.version)
                continue
            }
            let fact = try event.callFact(reading: Self.read.contains(type))
            streams[place].facts.append(fact)
            if let said = fact.event { note(said, of: event.stream) }
        }
    }

    /// Calls of which a batch says that they are erased.
    var erased: [UUID] {
        streams.filter { stream in
            stream.facts.contains { if case .callErased? = $0.event { true } else { false } }
        }.map(\.id)
    }

    private mutating func note(_ event: CallEvent, of call: UUID) {
        if let id = event.turn { turns.insert(Key(call: call, id: id)) }
        if let id = event.utterance { utterances.insert(Key(call: call, id: id)) }
        if let id = event.toolCall { toolCalls.insert(Key(call: call, id: id)) }
    }

    private static let types = Dictionary(uniqueKeysWithValues: EventType.allCases.map { ($0.rawValue, $0) })

    /// Whether its payload leaves a trace in a table. There are many of the others, and they only move the version.
    package static func reads(_ type: EventType) -> Bool { read.contains(type) }

    private static let read: Set<EventType> = [
        .callRequested, .callReceived, .callDialed, .callRinging, .callAnswered, .callEnded, .callAnalyzed,
        .callLookChosen, .callCharged, .callSettled, .callChanged, .callErased, .transferStarted, .transferBridged,
        .transferEnded,
        .callerSaid,
        .turnEnded, .sentimentScored,
        .replyFirstToken, .agentStartedSpeaking, .agentSpoke, .agentInterrupted, .toolCalled, .toolReturned,
        .toolFailed, .providerFailed, .providerFellBack, .recordingFailed,
    ]
}

extension RecordedEvent {
    /// As the fold takes it. Only of an event that belongs to a call.
    func callFact(reading isRead: Bool) throws(CodecError) -> CallFact {
        var event: CallEvent?
        if isRead, case .fact(.call(let read)) = try decoded() { event = read }
        return CallFact(version: version, id: EventID(id), at: Instant(occurredAt), event)
    }
}
