import Crypto
package import Domain
import Wire

/// What whoever answers a call tells the process that carries its sound. It is good once, and for a short time.
package struct CallTicket: Hashable, Sendable {
    package var call: CallID
    package var organization: OrganizationID
    package var direction: Direction
    /// The carrier's name for the leg; a media stream of another one is not taken.
    package var leg: String
    /// Said first.
    package var greeting: String?
    /// How the agent behaves.
    package var instructions: String
    /// BCP 47.
    package var language = "en"
    /// The voice provider's name for the voice; nil for that of the house.
    package var voice: String?

    package init(
        call: CallID, organization: OrganizationID, direction: Direction, leg: String, greeting: String? = nil,
        instructions: String
    ) {
        (self.call, self.organization, self.direction, self.leg) = (call, organization, direction, leg)
        (self.greeting, self.instructions) = (greeting, instructions)
    }

    // MARK: - On its way

    var bytes: [UInt8] {
        func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return JSONValue.object([
            ("call", .string(call.description)), ("organization", .string(organization.description)),
            ("direction", .string(direction.rawValue)), ("leg", .string(leg)), ("greeting", optional(greeting)),
            ("instructions", .string(instructions)), ("language", .string(language)), ("voice", optional(voice)),
        ]).bytes()
    }

    /// Nil for what is no ticket, or one of another release.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(json: bytes), let call = document["call"]?.text.flatMap(UUID.init),
            let organization = document["organization"]?.text.flatMap(UUID.init),
            let direction = document["direction"]?.text.flatMap(Direction.init(rawValue:)),
            let leg = document["leg"]?.text, let instructions = document["instructions"]?.text,
            let language = document["language"]?.text
        else { return nil }
        self.init(
            call: CallID(value: call.value), organization: OrganizationID(value: organization.value),
            direction: direction, leg: leg, greeting: document["greeting"]?.text, instructions: instructions)
        self.language = language
        voice = document["voice"]?.text
    }
}
