import Crypto
import Domain
import Postgres

/// By what calls may be kept apart and chosen. What is not here can't be asked for: names from outside never get into a statement.
package enum FigureDimension: String, Hashable, Sendable, CaseIterable {
    case agent = "agent_id"
    case agentVersion = "agent_version"
    case direction
    case reason = "ended_reason"
    case faultOwner = "fault_owner"
    case status
    case answeredBy = "answered_by"
    case carrier
    case customer = "customer_id"
    case campaign = "campaign_id"
    /// The customer's, as it is now.
    case segment

    package enum Kind: Sendable {
        case id
        case number
        case word([String])
        case text
    }

    package var kind: Kind {
        switch self {
        case .agent, .customer, .campaign: .id
        case .agentVersion: .number
        case .direction: .word(Direction.allCases.map(\.rawValue))
        case .reason: .word(EndedReason.allCases.map(\.rawValue))
        case .faultOwner: .word(FaultOwner.allCases.map(\.rawValue))
        case .status: .word(CallStatus.allCases.map(\.rawValue))
        case .answeredBy: .word(AnsweredBy.allCases.map(\.rawValue))
        case .carrier, .segment: .text
        }
    }

    /// How long a text may be that is looked for, in bytes.
    package static let textMax = 320

    /// A value as rows have it; nil if it is none of this dimension.
    package func value(_ text: String) -> String? {
        switch kind {
        case .id: return UUID(text)?.description
        case .number:
            guard let number = Int64(text), number >= 0 else { return nil }
            return String(number)
        case .word(let words): return words.contains(text) ? text : nil
        case .text: return (1...Self.textMax).contains(text.utf8.count) && !text.utf8.contains(0) ? text : nil
        }
    }

    package var expected: String {
        switch kind {
        case .id: "an id such as 0198c5a2-7a00-7000-8000-000000000001"
        case .number: "a whole number"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .text: "a text of 1 to \(Self.textMax) bytes"
        }
    }

    // MARK: - In statements

    /// In a call's row `c`, and in its customer's, `u`. Empty where it is not known.
    var ofCall: SQL {
        switch self {
        case .agent: "coalesce(c.agent_id::text, '')"
        case .agentVersion: "coalesce(c.agent_version::text, '')"
        case .direction: "coalesce(c.direction, '')"
        case .reason: "coalesce(c.ended_reason, '')"
        case .faultOwner: "coalesce(c.fault_owner, '')"
        case .status: "c.status"
        case .answeredBy: "coalesce(c.answered_by, '')"
        case .carrier: "coalesce(c.carrier, '')"
        case .customer: "coalesce(c.customer_id::text, '')"
        case .campaign: "coalesce(c.campaign_id::text, '')"
        case .segment: "coalesce(u.segment, '')"
        }
    }

    /// In a row `s` of the slices that keep it apart.
    var ofSum: SQL {
        switch self {
        case .agent: "split_part(s.value, '/', 1)"
        case .agentVersion: "split_part(s.value, '/', 2)"
        default: "s.value"
        }
    }
}
