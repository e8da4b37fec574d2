import Crypto
import Domain
import Wire

/// What a batch of events says to those who learn: taken apart before anything is written.
struct AnalysisBatch {
    struct Text {
        let id: UUID
        let organization: UUID
        let call: UUID
        let turn: UUID?
        let at: Timestamp
        let kind: SearchText
        let text: String
    }

    struct Look {
        let event: RecordedEvent
        let analyzed: CallAnalyzed
    }

    private(set) var owners: [(call: UUID, organization: UUID, customer: UUID)] = []
    private(set) var texts: [Text] = []
    private(set) var ended: [(call: UUID, organization: UUID)] = []
    private(set) var looks: [Look] = []
    private(set) var chosen: [(event: RecordedEvent, fact: CallLookChosen)] = []
    /// Who goes by whose name from now on.
    private(set) var merged: [(absorbed: UUID, organization: UUID, into: UUID)] = []
    private(set) var erased: [(customer: UUID, organization: UUID, at: Timestamp)] = []
    private(set) var erasedCalls: [UUID] = []
    /// Texts that somebody else writes, and we reckon embeddings of.
    private(set) var hasPatterns = false

    static let types: Set<String> = Set(
        [
            EventType.callRequested, .callReceived, .contextLoaded, .callerSaid, .agentSpoke, .callEnded, .callAnalyzed,
            .callLookChosen, .callErased, .customerErased, .customerMerged, .patternLearned,
        ].map(\.rawValue))

    init(_ events: [RecordedEvent]) throws(CodecError) {
        for event in events {
            guard case .fact(let fact) = try event.decoded() else { continue }
            switch fact {
            case .call(let fact): take(fact, event)
            case .customer(.customerErased): erased.append((event.stream, event.organization, event.occurredAt))
            case .customer(.customerMerged(let fact)):
                merged.append((fact.absorbed.uuid, event.organization, event.stream))
            case .pattern: hasPatterns = true
            default: continue
            }
        }
    }

    private mutating func take(_ fact: CallEvent, _ event: RecordedEvent) {
        switch fact {
        case .callRequested(let fact): own(fact.customer, event)
        case .callReceived(let fact): own(fact.customer, event)
        case .contextLoaded(let fact): own(fact.customer, event)
        case .callerSaid(let fact): add(fact.text, .caller, fact.turn, event)
        case .agentSpoke(let fact): add(fact.heard, .agent, fact.turn, event)
        case .callErased: erasedCalls.append(event.stream)
        case .callEnded: ended.append((event.stream, event.organization))
        case .callAnalyzed(let fact):
            // Of looks beside each other one is found by who searches.
            if fact.run == nil { add(fact.summary, .summary, nil, event) }
            looks.append(Look(event: event, analyzed: fact))
        case .callLookChosen(let fact): chosen.append((event, fact))
        default: break
        }
    }

    private mutating func own(_ customer: CustomerID?, _ event: RecordedEvent) {
        if let customer { owners.append((event.stream, event.organization, customer.uuid)) }
    }

    private mutating func add(_ text: Private<String>, _ kind: SearchText, _ turn: TurnID?, _ event: RecordedEvent) {
        if let text = Self.text(text, kind, turn, event) { texts.append(text) }
    }

    /// Nil where there is nothing to be found.
    static func text(
        _ text: Private<String>, _ kind: SearchText, _ turn: TurnID?, _ event: RecordedEvent
    ) -> Text? {
        let text = String(text.revealed.prefix(SearchText.lengthMax))
        guard text != SealedPayload.mark, !SpokenWords.of(text).isEmpty else { return nil }
        return Text(
            id: event.id, organization: event.organization, call: event.stream, turn: turn?.uuid,
            at: event.occurredAt, kind: kind, text: text)
    }

    /// Calls of which something is written that their customer may want forgotten.
    var calls: [UUID] {
        Array(Set(texts.map(\.call) + looks.map(\.event.stream) + chosen.map(\.event.stream))).sorted()
    }
}

/// What a text that can be searched is.
package enum SearchText: String, Hashable, Sendable, CaseIterable {
    /// The caller said it.
    case caller
    /// The caller heard it.
    case agent
    case summary

    /// What is beyond is not searched.
    package static let lengthMax = 8_000
}
