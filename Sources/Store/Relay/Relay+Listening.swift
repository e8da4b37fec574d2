extension Relay {
    /// Hears the bell of those who append, and looks at once. Works until it is cancelled.
    func listen() async {
        await StreamBell(key: LogBell.key(of: log), client: client)
            .listen(limits.listening, pauseWithoutRedis: limits.pauseWhenIdle) { heardRing() }
    }
}
