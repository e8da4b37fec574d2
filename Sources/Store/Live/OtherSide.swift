import Crypto
package import Domain
import Wire

/// Whom a call is with, and which agent speaks with them: by what their memories and its patterns are found.
package struct OtherSide: Hashable, Sendable {
    package var number: Private<String>?
    /// Named when the call was asked for; else the number says who it is.
    package var customer: CustomerID?
    package var agent: AgentID?

    package init(number: Private<String>? = nil, customer: CustomerID? = nil, agent: AgentID? = nil) {
        (self.number, self.customer, self.agent) = (number, customer, agent)
    }

    package init(of call: CallState) {
        let origin = call.origin?.value
        let number = origin?.direction == .inbound ? origin?.from : origin?.to
        self.init(number: number, customer: origin?.customer, agent: origin?.agent)
    }

    // MARK: - As members of a ticket

    init(_ document: JSONValue) {
        self.init(
            number: document["other_number"]?.text.map { Private($0) },
            customer: document["other_customer"]?.text.flatMap(UUID.init).map { CustomerID($0) },
            agent: document["agent_id"]?.text.flatMap(UUID.init).map { AgentID($0) })
    }

    func write(to json: inout JSONWriter) {
        let members = [
            ("other_number", number?.revealed), ("other_customer", customer?.description),
            ("agent_id", agent?.description),
        ]
        for case (let name, let value?) in members {
            json.name(name)
            json.string(value)
        }
    }
}
