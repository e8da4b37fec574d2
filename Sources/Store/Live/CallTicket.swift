import Crypto
package import Domain
import Wire

/// What whoever answers or places a call tells the process that carries its sound. It is good once, and for a short time.
package struct CallTicket: Hashable, Sendable {
    package var call: CallID
    package var organization: OrganizationID
    package var direction: Direction
    /// The carrier's name for the leg; a media stream of another one is not taken. Nil for a call that we place: its leg has no name
    /// before it is dialled, and the stream is known by what the leg was told to carry.
    package var leg: String?
    /// The agent's own settings, with the texts as this call needs them.
    package var agent: AgentConfiguration
    /// Whom the call is with, as far as that is known: what we remember of them is looked up by it.
    package var other: OtherSide
    /// What people say in the call is sealed with it; nil where the house seals nothing.
    package var key: WrappedKey?
    /// The call was carried before, and let go: the log says how far it got.
    package var resumes: Bool

    package init(
        call: CallID, organization: OrganizationID, direction: Direction, leg: String?, agent: AgentConfiguration,
        other: OtherSide = OtherSide(), key: WrappedKey? = nil, resumes: Bool = false
    ) {
        (self.call, self.organization, self.direction) = (call, organization, direction)
        (self.leg, self.agent, self.other) = (leg, agent, other)
        (self.key, self.resumes) = (key, resumes)
    }

    // MARK: - On its way

    var bytes: [UInt8] {
        var queue = ByteQueue()
        queue.appendJSON { json in
            json.beginObject()
            json.name("call")
            json.string(call.description)
            json.name("organization")
            json.string(organization.description)
            json.name("direction")
            json.string(direction.rawValue)
            json.name("leg")
            if let leg { json.string(leg) } else { json.null() }
            json.name("agent")
            agent.settings.writeValue(to: &json)
            other.write(to: &json)
            if let key {
                json.name("key_id")
                json.integer(key.id)
                json.name("key")
                json.string(Base64.standard.encode(key.bytes.span))
            }
            json.name("resumes")
            json.bool(resumes)
            json.endObject()
        }
        return queue.withUnsafeBytes { unsafe Array($0) }
    }

    /// Nil for what is no ticket, or one of another release.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(json: bytes), let call = document["call"]?.text.flatMap(UUID.init),
            let organization = document["organization"]?.text.flatMap(UUID.init),
            let direction = document["direction"]?.text.flatMap(Direction.init(rawValue:)),
            let agent = document["agent"]
        else { return nil }
        var key: WrappedKey?
        if let id = document["key_id"]?.wholeNumber {
            guard let text = document["key"]?.text, let bytes = try? Base64.standard.decode(text) else { return nil }
            key = WrappedKey(id: id, bytes: bytes)
        }
        self.init(
            call: CallID(value: call.value), organization: OrganizationID(value: organization.value),
            direction: direction, leg: document["leg"]?.text, agent: AgentConfiguration(Freeform(agent)),
            other: OtherSide(document), key: key, resumes: document["resumes"] == .bool(true))
    }
}
