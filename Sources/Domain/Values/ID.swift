/// What a 128-bit identifier belongs to is part of its type, so that a call's cannot be given where an agent's is due.
package struct ID<Subject>: Hashable, Comparable, Sendable {
    // Two words: one of 128 bits among the arguments of an async function that do not all fit into registers lets it return
    // to a wrong place (Swift 6.3 on x86-64).
    private let high: UInt64
    private let low: UInt64

    /// A UUID's sixteen bytes, the first in the highest place.
    package var value: UInt128 { UInt128(high) << 64 | UInt128(low) }

    package init(value: UInt128) {
        high = UInt64(truncatingIfNeeded: value >> 64)
        low = UInt64(truncatingIfNeeded: value)
    }

    package static func < (left: ID, right: ID) -> Bool { left.value < right.value }
}

extension ID: CustomStringConvertible {
    /// As every other place writes it: `0198c5a2-7a00-7000-8000-000000000001`.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for place in 0..<32 {
            if place == 8 || place == 12 || place == 16 || place == 20 { text.append(UInt8(ascii: "-")) }
            let digit = UInt8(truncatingIfNeeded: value >> (124 - 4 * UInt128(place))) & 15
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

package typealias OrganizationID = ID<Subject.Organization>
package typealias CallID = ID<Subject.Call>
package typealias AgentID = ID<Subject.Agent>
package typealias CustomerID = ID<Subject.Customer>
package typealias CampaignID = ID<Subject.Campaign>
package typealias UserID = ID<Subject.User>
package typealias APIKeyID = ID<Subject.APIKey>
package typealias TokenFamilyID = ID<Subject.TokenFamily>
package typealias MemoryID = ID<Subject.Memory>
package typealias PatternID = ID<Subject.Pattern>
package typealias EventID = ID<Subject.Event>
package typealias CorrelationID = ID<Subject.Correlation>
package typealias TurnID = ID<Subject.Turn>
package typealias ReplyID = ID<Subject.Reply>
package typealias UtteranceID = ID<Subject.Utterance>
package typealias ToolCallID = ID<Subject.ToolCall>
package typealias TransferID = ID<Subject.Transfer>
package typealias RecordingID = ID<Subject.Recording>
package typealias WebhookEndpointID = ID<Subject.WebhookEndpoint>
package typealias WebhookDeliveryID = ID<Subject.WebhookDelivery>
package typealias AnalysisRunID = ID<Subject.AnalysisRun>
