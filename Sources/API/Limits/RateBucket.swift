import Crypto
import Domain
import HTTP
import Loop
import Providers

/// What is counted apart: the word stands in headers and metrics.
enum RateClass: String, Hashable, Sendable, CaseIterable {
    case read
    case write
    case signIn = "sign-in"
    case refresh
    case webhooks
}

/// A bucket of tokens: whom it belongs to, how many it holds, and how soon it is full again.
struct RateBucket: Hashable, Sendable {
    static let signInsOfAccount = 10
    static let signInsFromAddress = 50
    static let refreshesFromAddress = 300
    static let signInWindow = Duration.seconds(300)
    /// How much more a key of the tier `high` may ask.
    static let highFactor = 10

    let kind: RateClass
    /// Whom it belongs to. It names people and addresses, and so leaves this process only as a code.
    let subject: String
    let count: Int
    let window: Duration

    /// Microseconds until a token comes back.
    var interval: Int64 { max(1, window.wholeNanoseconds / 1_000 / Int64(count)) }
    /// Microseconds until an empty bucket is full.
    var burst: Int64 { interval * Int64(count) }

    static func signIn(account: String) -> Self {
        Self(kind: .signIn, subject: "account \(account)", count: signInsOfAccount, window: signInWindow)
    }

    static func signInFrom(address: String) -> Self {
        Self(kind: .signIn, subject: "address \(address)", count: signInsFromAddress, window: signInWindow)
    }

    static func refreshFrom(address: String) -> Self {
        Self(kind: .refresh, subject: "address \(address)", count: refreshesFromAddress, window: signInWindow)
    }

    static func webhookFrom(address: String, _ settings: RateSettings) -> Self {
        Self(kind: .webhooks, subject: "address \(address)", count: settings.webhooks, window: settings.window)
    }

    static func asked(by identity: Identity, by method: Method, _ tier: RateTier, _ settings: RateSettings) -> Self {
        let isRead = method == .get || method == .head
        let subject =
            switch identity.caller {
            case .user(let user, _, _): "user \(user)"
            case .apiKey(let key): "key \(key)"
            }
        let usual = isRead ? settings.reads : settings.writes
        return Self(
            kind: isRead ? .read : .write, subject: subject, count: tier == .high ? usual * highFactor : usual,
            window: settings.window)
    }
}
