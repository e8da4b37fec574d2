package import Redis

/// Wakes whoever does errands for calls: a caller hears it ring while we sleep. It lives on its client's loop.
package struct ErrandBell: Sendable {
    package enum Kind: String, Sendable {
        /// Answering, dialling, and whatever else a call is waiting for.
        case errands = "calls:errands:bell"
        /// Somebody was forgotten, and machines that carried their calls have files of them.
        case forgetting = "calls:forgotten:bell"
    }

    private static let block = Duration.seconds(5)
    private static let pauseWithoutRedis = Duration.milliseconds(500)
    /// Who has just committed does not wait for long to say so.
    private static let patience = Duration.milliseconds(100)

    private let bell: StreamBell

    package init(_ redis: RedisClient, for kind: Kind = .errands) {
        bell = StreamBell(key: kind.rawValue, client: redis)
    }

    package func ring() async {
        // Without Redis nobody hears it; they look by themselves.
        do { try await bell.ring(RedisCall(deadline: Self.patience)) } catch { return }
    }

    /// Until the task is cancelled.
    package func listen(_ heard: () -> Void) async {
        await bell.listen(Self.block, pauseWithoutRedis: Self.pauseWithoutRedis, heard)
    }
}
