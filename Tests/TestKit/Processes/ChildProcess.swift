package import Glibc
package import Loop

/// A program that runs beside a test, and never longer than it: signalled and awaited without threads of its own.
package final class ChildProcess {
    package struct NotStarted: Error, CustomStringConvertible {
        package let program: String
        package let code: Int32
        package var description: String { "\(program): \(String(cString: strerror(code)))" }
    }

    package let identifier: pid_t
    private var status: Int32?

    /// Runs `body` beside the program, which is looked up in PATH and whose output goes to a file; kills it afterwards.
    package static func with<Value>(
        _ program: String, _ arguments: [String], output: String, _ body: (ChildProcess) async throws -> Value
    ) async throws -> Value {
        let child = try ChildProcess(program, arguments, output: output)
        defer { child.end() }
        return try await body(child)
    }

    private init(_ program: String, _ arguments: [String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The threads of tests may have signals blocked, and a child would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([program] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, program, &actions, &attributes, words, environ)
        guard code == 0 else { throw NotStarted(program: program, code: code) }
        self.identifier = identifier
    }

    package var isRunning: Bool { check(WNOHANG) == nil }

    package func send(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
    }

    /// Waits until it has ended; answers the exit code, or minus the number of the signal that ended it.
    package func exit(on loop: Loop) async throws -> Int32 {
        try await loop.until("the end of process \(identifier)") { !isRunning }
        let status = status ?? 0
        return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
    }

    private func end() {
        send(SIGKILL)
        _ = check(0)
    }

    private func check(_ options: Int32) -> Int32? {
        if status == nil {
            var status: Int32 = 0
            if waitpid(identifier, &status, options) == identifier { self.status = status }
        }
        return status
    }
}
