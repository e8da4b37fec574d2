import Glibc
import Loop

/// The ordinary end of a command that goes on until somebody ends it: Ctrl-C, or SIGTERM from whoever started it.
enum Interruption {
    private static let kinds: [Signals.Kind] = [.terminate, .interrupt]

    /// First thing, before any thread is started: one that left the signals open would be where they kill us.
    static func prepare() {
        Signals.block(kinds)
        // A reader that has seen enough, such as `head`, still ends us at once.
        signal(SIGPIPE, SIG_DFL)
    }

    /// Runs `body` until it ends or a signal comes, which cancels it; that is no failure. A second signal ends the process
    /// where it is.
    static func end(on loop: Loop, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let life = Task(executorPreference: loop) { try await body() }
        let signals = try Signals(kinds, on: loop) { kind in
            if life.isCancelled { _exit(128 + kind.number) }
            life.cancel()
        }
        defer { signals.close() }
        do { try await life.value } catch  where life.isCancelled {}
    }
}
