import CSodium

/// Bytes that must not be seen: a key, a password, a token. They print as `Secret(redacted)` in any description, dump or
/// log line, compare in constant time, and are overwritten with zeros when the last holder lets go.
///
/// What it was made from is the caller's to forget; `random` and `init(count:fill:)` make it without leaving a copy.
package struct Secret: Sendable {
    private let storage: SecretStorage

    /// Makes a secret in place: `fill` gets all `count` bytes, zeroed.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        storage = unsafe SecretStorage(count: count, fill: fill)
    }

    package init(copying bytes: Span<UInt8>) {
        unsafe self.init(count: bytes.count) { target in
            unsafe bytes.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
        }
    }

    package init(copying bytes: [UInt8]) { self.init(copying: bytes.span) }

    package init(text: String) { self.init(copying: Array(text.utf8)) }

    package static func random(count: Int) -> Secret {
        Sodium.begin()
        return unsafe Secret(count: count) { unsafe Randomness.fill($0) }
    }

    package var count: Int { storage.count }

    /// Lends the bytes. Whoever copies them out answers for the copy.
    package func withBytes<Value, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Value) throws(Failure)
        -> Value
    {
        try storage.withBytes(body)
    }
}

extension Secret: Equatable {
    package static func == (left: Secret, right: Secret) -> Bool {
        left.withBytes { left in right.withBytes { right in areEqualInConstantTime(left, right) } }
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Secret(redacted)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// The memory behind secrets. Invariant behind `@unchecked`: it is written in `init` only, before anybody shares it.
@safe
private final class SecretStorage: @unchecked Sendable {
    private let bytes: UnsafeMutableRawBufferPointer

    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        unsafe bytes = .allocate(byteCount: count, alignment: 16)
        unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
        unsafe fill(bytes)
    }

    deinit {
        // Unlike a plain store, this one is never optimised away.
        if let base = unsafe bytes.baseAddress { unsafe sodium_memzero(base, bytes.count) }
        unsafe bytes.deallocate()
    }

    var count: Int { unsafe bytes.count }

    func withBytes<Value, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Value) throws(Failure) -> Value {
        try body(unsafe Span(_unsafeBytes: UnsafeRawBufferPointer(bytes)))
    }
}
