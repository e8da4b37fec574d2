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

    /// The caller ends it. Without `environment` it gets ours.
    package init(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, input: Int32? = nil,
        output: String
    ) throws {
        identifier = try Spawning.start(program, arguments, environment: environment, input: input, output: output)
    }

    /// The same for a program that dies when the thread does that started it, however that dies.
    package convenience init(
        dyingWithUs program: String, _ arguments: [String], environment: [String: String]? = nil, output: String
    ) throws {
        try self.init(
            "setpriv", ["--pdeathsig", "KILL", program] + arguments, environment: environment, output: output)
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

    /// SIGKILL, and waits for it on the loop. Works on a stopped process too.
    package func end(on loop: Loop) async {
        send(SIGKILL)
        while isRunning { do { try await loop.sleep(for: .milliseconds(2)) } catch { return } }
    }

    /// Blocks: for a child that is known to be ending.
    func awaitEnd() { _ = check(0) }

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
