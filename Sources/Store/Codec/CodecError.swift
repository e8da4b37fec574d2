package import Domain
package import Wire

/// Why a payload could not be read, or an event not be written. It names the place, never what stood there.
package struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Problem: Hashable, Sendable {
        /// The bytes are no JSON.
        case malformed(JSONError.Code)
        case notAnObject
        case missing(field: String)
        /// There, but of another kind, out of range, or none of a closed list.
        case illTyped(field: String)
        /// Written by a later release: this one must wait for its turn to be replaced.
        case newerVersion(known: Int16)
        case noSuchVersion
        /// More bytes than are written.
        case tooLarge(bytes: Int, max: Int)
    }

    /// Nil for the meta, which is the same for all types.
    package let type: EventType?
    package let version: Int16
    package let problem: Problem

    package init(_ type: EventType?, version: Int16, _ problem: Problem) {
        self.type = type
        self.version = version
        self.problem = problem
    }

    package var description: String { "\(type?.rawValue ?? "meta") version \(version): \(reason)" }

    private var reason: String {
        switch problem {
        case .malformed(let code): "not JSON: \(code.rawValue)"
        case .notAnObject: "not an object"
        case .missing(let field): "\(field) is missing"
        case .illTyped(let field): "\(field) is of another kind than it should be"
        case .newerVersion(let known): "this release knows versions up to \(known): deploy the one that wrote it"
        case .noSuchVersion: "versions begin at 1"
        case .tooLarge(let bytes, let max): "\(bytes) bytes, and \(max) is the limit: store a reference"
        }
    }
}
