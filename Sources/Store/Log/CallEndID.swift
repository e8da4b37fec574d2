package import Crypto
package import Domain

/// The id of the event that says that a call is over: it follows from the call, so that whoever tells it second finds it told.
///
/// The carrier tells of the end, the process that carried the call does, and whoever gives a call up: the log takes one of them.
package enum CallEndID {
    package static func of(_ call: UUID) -> EventID {
        let digest = HashFunction.sha256.digest(of: Array("call.ended:\(call)".utf8))
        var value: UInt128 = 0
        for byte in digest.prefix(16) { value = value << 8 | UInt128(byte) }
        // Version 8 of RFC 9562, whose bits are ours to choose.
        return EventID(value: value & ~(0xF << 76 | 0b11 << 62) | 0x8 << 76 | 0b10 << 62)
    }

    /// For a fact of the call: that of its end, or a new one.
    package static func of(_ fact: CallEvent, in call: UUID) -> EventID {
        if case .callEnded = fact { of(call) } else { EventID(UUID.v7()) }
    }
}
