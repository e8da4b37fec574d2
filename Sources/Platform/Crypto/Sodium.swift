import CSodium

/// The one initialisation of libsodium. Every door of this room passes through it before the first call.
enum Sodium {
    private static let ready: Void = {
        // 0 is done, 1 is done before; anything else means no source of randomness, and nothing can be safe then.
        guard sodium_init() >= 0 else { preconditionFailure("libsodium found no source of randomness") }
    }()

    static func begin() { ready }
}
