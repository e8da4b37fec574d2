import Crypto
import HTTP
import Loop
import Service

/// Checks passwords on a thread of its own, since that takes long on purpose. How many wait has a limit: a flood of sign-ins
/// is refused, and holds up nobody else.
final class PasswordOffice: Sendable {
    static let waitingMax = 32

    private let lane: Lane
    private let standIn = Shared<PasswordHash?>(nil)

    init() throws { lane = try Lane(name: "passwords", limit: Self.waitingMax) }

    /// Whether it is the password of that hash. Without a hash the same work is done for nothing, so that nobody learns from the
    /// time which users there are.
    func matches(_ password: String, _ stored: String?) async throws -> Bool {
        let secret = Crypto.Secret(text: password)
        do {
            return try await lane.run { [self] in
                if let stored, let hash = PasswordHash(stored: stored) { return hash.matches(secret) }
                _ = try standInHash().matches(secret)
                return false
            }
        } catch is LaneFull {
            throw Problems.busy
        }
    }

    private func standInHash() throws -> PasswordHash {
        if let hash = standIn.with({ $0 }) { return hash }
        let hash = try PasswordHash.make(from: .random(count: 16))
        standIn.with { $0 = hash }
        return hash
    }
}
