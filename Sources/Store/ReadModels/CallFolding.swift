import Crypto
import Domain
import Postgres
import Wire

/// What of a call's state has no column of its own, because nobody asks for it: why each fact that is kept was kept, and which
/// transfers there were. A late fact needs it to find its place.
struct CallFolding {
    var origin: Rank?
    var leg: Rank?
    var changed: Rank?
    var answer: EventID?
    var end: EventID?
    /// As we were told; the column may hold what we reckoned.
    var duration: Milliseconds?
    var findings: Rank?
    var costs: Rank?
    var charges: [String: Ranked<LegCharge>] = [:]
    /// As it was settled; the column may hold what the legs' charges come to. Only beside charges.
    var telephony: Int64?
    var erasedAt: Instant?
    var transfers: [TransferID: Bool] = [:]

    init(_ state: CallState) {
        origin = state.origin?.rank
        leg = state.leg?.rank
        changed = state.changedMetadata?.rank
        answer = state.answer?.rank.event
        end = state.end?.rank.event
        duration = state.end?.value.duration
        findings = state.findings?.rank
        costs = state.costs?.rank
        charges = state.charges
        telephony = charges.isEmpty ? nil : state.costs?.value.telephony
        erasedAt = state.erasedAt
        transfers = state.transfers
    }

    // MARK: - As JSON

    init(_ json: JSON) throws {
        let value = try JSONValue(json: json.bytes)
        origin = try Self.rank(value["origin"])
        leg = try Self.rank(value["leg"])
        changed = try Self.rank(value["changed"])
        answer = try Self.id(value["answer"])
        end = try Self.id(value["end"])
        duration = value["told_ms"]?.wholeNumber.map { Milliseconds($0) }
        findings = try Self.rank(value["findings"])
        costs = try Self.rank(value["costs"])
        charges = try Self.charges(value["charges"])
        telephony = value["settled_telephony"]?.wholeNumber
        erasedAt = value["erased"]?.wholeNumber.map { Instant(microseconds: $0) }
        guard case .object(let members)? = value["transfers"] else { return }
        for member in members.members {
            guard let id = UUID(member.name), case .bool(let isOver) = member.value else { throw Self.foreign }
            transfers[ID(id)] = isOver
        }
    }

    var json: JSON {
        var members: [(String, JSONValue)] = []
        func put(_ name: String, _ value: JSONValue?) { if let value { members.append((name, value)) } }
        put("origin", origin.map(Self.value))
        put("leg", leg.map(Self.value))
        put("changed", changed.map(Self.value))
        put("answer", answer.map(Self.value))
        put("end", end.map(Self.value))
        put("told_ms", duration.map { .integer($0.count) })
        put("findings", findings.map(Self.value))
        put("costs", costs.map(Self.value))
        if !charges.isEmpty {
            put("charges", .object(charges.sorted { $0.key < $1.key }.map { ($0.key, Self.value($0.value)) }))
        }
        put("settled_telephony", telephony.map { .integer($0) })
        put("erased", erasedAt.map { .integer($0.microseconds) })
        if !transfers.isEmpty {
            put("transfers", .object(transfers.sorted { $0.key < $1.key }.map { ("\($0.key)", .bool($0.value)) }))
        }
        return JSON(JSONValue.object(members).bytes())
    }

    private static func value(_ rank: Rank) -> JSONValue {
        .array([.integer(Int64(rank.grade)), .integer(rank.at.microseconds), value(rank.event)])
    }

    private static func value(_ charge: Ranked<LegCharge>) -> JSONValue {
        .array([value(charge.rank), .integer(charge.value.amount), .string(charge.value.currency)])
    }

    private static func charges(_ value: JSONValue?) throws -> [String: Ranked<LegCharge>] {
        guard case .object(let legs)? = value else { return [:] }
        return try legs.members.reduce(into: [:]) { charges, leg in
            guard case .array(let parts) = leg.value, parts.count == 3, let rank = try rank(parts[0]),
                let amount = parts[1].wholeNumber, let currency = parts[2].text
            else { throw foreign }
            charges[leg.name] = Ranked(LegCharge(amount: amount, currency: currency), rank)
        }
    }

    private static func value(_ id: EventID) -> JSONValue { .string("\(id)") }

    private static func rank(_ value: JSONValue?) throws -> Rank? {
        guard let value else { return nil }
        guard case .array(let parts) = value, parts.count == 3, let grade = parts[0].wholeNumber,
            let at = parts[1].wholeNumber, let event = try id(parts[2])
        else { throw foreign }
        return Rank(grade: Int(grade), at: Instant(microseconds: at), event: event)
    }

    private static func id(_ value: JSONValue?) throws -> EventID? {
        guard let value else { return nil }
        guard let text = value.text, let uuid = UUID(text) else { throw foreign }
        return ID(uuid)
    }

    private static var foreign: ReadModelIsForeign { ReadModelIsForeign(what: "memory of the fold") }
}

extension Freeform {
    init(_ json: JSON) throws {
        var limits = JSONLimits()
        limits.bytesMax = EventCodec.storedBytesMax
        self.init(try JSONValue(json: json.bytes, limits: limits))
    }

    var json: JSON {
        var queue = ByteQueue()
        queue.appendJSON { writeValue(to: &$0) }
        return JSON(queue.withUnsafeBytes { unsafe Array($0) })
    }
}
