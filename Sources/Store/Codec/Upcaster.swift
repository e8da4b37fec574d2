import Domain
import Wire

/// One step from a schema version to the next: it reads what was written then and says it as it is written now.
///
/// Steps are never changed once a version is in a log. Each knows its two versions only; the codec goes through all of them.
struct Upcaster: Sendable {
    let step: @Sendable (_ old: Fields) throws(CodecError) -> JSONObject
}

extension Upcaster {
    /// The steps of a type from its version 1 on. A type's current version is one more than it has steps, so that none can
    /// be forgotten.
    static func steps(of type: EventType) -> [Upcaster] {
        switch type {
        case .callEnded: callEnded
        case .agentSpoke: agentSpoke
        case .memoryRemembered: memoryRemembered
        default: []
        }
    }

    private static let callEnded = [
        // 1 → 2: who is to blame is said, not left to every reader's own list.
        Upcaster { (old) throws(CodecError) in
            let reason: EndedReason = try old("ended_reason")
            return old.object.adding("fault_owner", .string(reason.faultOwner.rawValue))
        }
    ]

    private static let agentSpoke = [
        // 1 → 2: how long an utterance would have been. What was not broken off was heard to its end; of the rest we never knew.
        Upcaster { (old) throws(CodecError) in
            let heard: Milliseconds = try old("heard_ms")
            let isInterrupted: Bool = try old("interrupted")
            return isInterrupted ? old.object : old.object.adding("total_ms", .integer(heard.count))
        }
    ]

    private static let memoryRemembered = [
        // 1 → 2: there is one more kind, which nobody who reads the first version knows. What was written then stands.
        Upcaster { (old) throws(CodecError) in old.object }
    ]
}

extension JSONObject {
    /// With one more member. One of that name that was there already is from later than its version says, and stays.
    fileprivate func adding(_ name: String, _ value: JSONValue) -> JSONObject {
        var object = self
        _ = object.append(name, value)
        return object
    }
}

extension EventType {
    /// The schema version that is written now.
    package var schemaVersion: Int16 { Int16(Upcaster.steps(of: self).count) + 1 }
}
