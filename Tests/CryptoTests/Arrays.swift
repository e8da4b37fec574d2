import Crypto
import Wire

/// The doors under test lend spans; tests hold arrays, and `#expect` cannot take an expression apart that has a span in it.
extension [UInt8] {
    var hex: String { Hex.encode(span) }
}

extension Ed25519.PublicKey {
    func accepts(_ signature: some Sequence<UInt8>, for message: [UInt8]) -> Bool {
        let signature = Array(signature)
        return isValid(signature.span, for: message.span)
    }
}

extension Ed25519.PrivateKey {
    func sign(_ message: [UInt8]) -> [UInt8] { sign(message.span) }
}

extension HMACSHA256 {
    static func accepts(_ code: some Sequence<UInt8>, for message: [UInt8], key: Secret) -> Bool {
        let code = Array(code)
        return isValid(code.span, for: message.span, key: key)
    }
}

extension SealedBox {
    func seal(_ plain: [UInt8], in place: [UInt8]) -> [UInt8] { seal(plain.span, associated: place.span) }

    func open(_ box: some Sequence<UInt8>, in place: [UInt8]) throws(Failure) -> Secret {
        let box = Array(box)
        return try open(box.span, associated: place.span)
    }
}

func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { areEqualInConstantTime(left.span, right.span) }
