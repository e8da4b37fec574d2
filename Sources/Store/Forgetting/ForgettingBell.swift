package import Redis

/// Tells the machines that carry calls that somebody was forgotten. It lives on its client's loop.
package struct ForgettingBell: Sendable {
    private static let block = Duration.seconds(5)
    private static let pauseWithoutRedis = Duration.milliseconds(500)
    private static let patience = Duration.milliseconds(100)

    private let bell: StreamBell

    package init(_ redis: RedisClient) { bell = StreamBell(key: "calls:forgotten:bell", client: redis) }

    package func ring() async {
        // Without Redis nobody hears it; they look by themselves.
        do { try await bell.ring(RedisCall(deadline: Self.patience)) } catch { return }
    }

    /// Until the task is cancelled.
    package func listen(_ heard: () -> Void) async {
        await bell.listen(Self.block, pauseWithoutRedis: Self.pauseWithoutRedis, heard)
    }
}
