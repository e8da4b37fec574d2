package import Crypto

/// Something is missing in the log, which cannot be: it was lost or removed behind the log's back.
///
/// Whoever meets it stops there and tells an operator: going on would build on a history that did not happen.
package enum LogIsCorrupt: Error, Hashable, Sendable {
    case lane(Int16, missing: Int64)
    case stream(UUID, missing: Int32)
}

extension LogIsCorrupt: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lane(let lane, let position):
            "the event log is corrupt: lane \(lane) has no position \(position), though later ones. Restore it from a backup or replica."
        case .stream(let stream, let version):
            "the event log is corrupt: stream \(stream) has no version \(version), though later ones. Restore it from a backup or replica."
        }
    }
}
