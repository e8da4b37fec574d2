import Crypto
import Domain
import Wire

/// The patterns of one call, by their ids, and those it was given.
struct CallSightings {
    struct Pattern {
        let id: UUID
        let sighting: PatternSighting
    }

    let call: UUID
    let organization: UUID
    let agent: UUID?
    let customer: UUID?
    let seenAt: Timestamp
    let version: Int32
    let success: Bool?
    let patterns: [Pattern]
    let offered: [UUID]

    var isEmpty: Bool { patterns.isEmpty && offered.isEmpty }

    /// Nil for a call that is not over.
    init?(_ past: CallPast, _ success: Bool?, _ handlings: [JudgedHandling]) {
        guard let finished = past.finished else { return nil }
        call = past.call.uuid
        organization = past.organization.uuid
        agent = finished.origin?.agent?.uuid
        customer = finished.origin?.customer?.uuid
        seenAt = Timestamp(finished.ended.at)
        version = Int32(clamping: finished.version)
        self.success = success
        let (whose, who) = (past.organization.uuid, agent)
        let all =
            success.map {
                PatternRules.sightings(in: finished, success: $0) + PatternRules.sightings(of: handlings, success: $0)
            } ?? []
        patterns = all.map { Pattern(id: Self.id($0, whose, who), sighting: $0) }
        var given: Set<UUID> = []
        for case .contextLoaded(let context)? in past.facts.map(\.event) {
            given.formUnion(context.patterns.map(\.pattern.uuid))
        }
        offered = given.sorted()
    }

    /// Another agent's is another pattern: what it says is meant for this one.
    private static func id(_ sighting: PatternSighting, _ organization: UUID, _ agent: UUID?) -> UUID {
        LearnedID.of(
            "pattern", organization.bytes, agent?.bytes ?? [], Array(sighting.kind.rawValue.utf8),
            Array(sighting.key.utf8))
    }
}
