import Glibc
import TestKit

extension Seeded {
    /// A number from the environment, so that a run can be repeated.
    static func setting(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }
}
