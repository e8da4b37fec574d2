/// What agents do in which situation, in words that a model may choose from. Words of its own would never be the same in two calls.
package struct Handling: Hashable, Sendable {
    package enum Situation: String, Hashable, Sendable, CaseIterable {
        case callerConfused = "caller_confused"
        case callerUpset = "caller_upset"
        case callerObjects = "caller_objects"
        case callerHurried = "caller_hurried"
        case callerUndecided = "caller_undecided"
        case misunderstood
        case wishImpossible = "wish_impossible"
        case answerUnknown = "answer_unknown"

        var words: String {
            switch self {
            case .callerConfused: "When the caller is confused"
            case .callerUpset: "When the caller is upset"
            case .callerObjects: "When the caller objects"
            case .callerHurried: "When the caller is in a hurry"
            case .callerUndecided: "When the caller can't decide"
            case .misunderstood: "After a misunderstanding"
            case .wishImpossible: "When a wish can't be granted"
            case .answerUnknown: "When the answer is not known"
            }
        }
    }

    package enum Move: String, Hashable, Sendable, CaseIterable {
        case acknowledgeFeeling = "acknowledge_feeling"
        case apologise
        case explainSimply = "explain_simply"
        case repeatBack = "repeat_back"
        case offerChoice = "offer_choice"
        case askBack = "ask_back"
        case giveReason = "give_reason"
        case sayWhatIsNext = "say_what_is_next"
        case promiseToReturn = "promise_to_return"
        case handOver = "hand_over"

        var words: String {
            switch self {
            case .acknowledgeFeeling: "say that you see how they feel"
            case .apologise: "apologise"
            case .explainSimply: "explain it once more, in simple words"
            case .repeatBack: "repeat what you understood"
            case .offerChoice: "offer a choice"
            case .askBack: "ask back"
            case .giveReason: "give the reason"
            case .sayWhatIsNext: "say what happens next"
            case .promiseToReturn: "promise to come back to it"
            case .handOver: "offer to hand over to a person"
            }
        }
    }

    let situation: Situation
    let move: Move

    init?(_ judged: JudgedHandling) {
        guard let situation = Situation(rawValue: judged.situation), let move = Move(rawValue: judged.move) else {
            return nil
        }
        (self.situation, self.move) = (situation, move)
    }
}

extension PatternRules {
    /// Those that a look names, once each.
    package static func sightings(of handlings: [JudgedHandling], success: Bool) -> [PatternSighting] {
        var seen: Set<Handling> = []
        return handlings.compactMap { judged in
            guard let handling = Handling(judged), seen.insert(handling).inserted, !judged.events.isEmpty else {
                return nil
            }
            let (situation, move) = (handling.situation, handling.move)
            return PatternSighting(
                kind: .handling, key: "\(situation.rawValue):\(move.rawValue)",
                summary: Private("\(situation.words), \(move.words)."),
                details: Private(
                    .object(["situation": .string(situation.rawValue), "move": .string(move.rawValue)])),
                success: success, events: judged.events)
        }
    }
}
