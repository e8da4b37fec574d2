package import Loop

extension Shift {
    /// Runs `body` with a bell that is over when the shift is.
    package func withBell(on loop: Loop, _ body: (Bell) async -> Void) async {
        let bell = Bell(loop: loop)
        await withDiscardingTaskGroup { group in
            group.addTask(executorPreference: loop) { [self] in
                await untilOver()
                bell.stop()
            }
            await body(bell)
            group.cancelAll()
        }
    }
}
