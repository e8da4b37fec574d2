import Service

/// Why personal words can't be sealed, or read.
package enum SealingError: ClassifiedFailure, Hashable, Harmless {
    /// The setting is no key.
    case notAKey
    /// A person's key was wrapped with another house key than ours.
    case anotherHouseKey(keyID: Int64)
    /// A payload was altered, or belongs to another event.
    case altered(stream: String, version: Int32)

    /// With the right setting it works, so nothing is parked for it.
    package var kind: FailureKind {
        switch self {
        case .notAKey, .anotherHouseKey: .infrastructure
        case .altered: .deterministic
        }
    }

    package var description: String {
        switch self {
        case .notAKey: "the sealing key is no 32 bytes in base64: make one with openssl rand -base64 32"
        case .anotherHouseKey(let id):
            "key \(id) was wrapped with another sealing key: give this process the one that all others have"
        case .altered(let stream, let version):
            "the sealed payload of stream \(stream) version \(version) does not open: it was altered, or moved"
        }
    }
}
