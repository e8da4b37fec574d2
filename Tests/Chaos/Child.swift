import Glibc
import Loop

/// A process of the game: started with an environment of its own, signalled, and awaited without a thread.
final class Child {
    let identifier: pid_t
    private(set) var status: Int32?

    init(_ program: String, _ arguments: [String], _ environment: [String: String] = [:], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // The referee blocks signals for its loop; a child would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let words = Words([program] + arguments)
        let settings = Words(
            ["PATH", "HOME"].compactMap { (name: String) in getenv(name).map { "\(name)=\(String(cString: $0))" } }
                // Who is meant to die needs no picture of it, which takes seconds.
                + ["SWIFT_BACKTRACE=enable=no"] + environment.map { "\($0.key)=\($0.value)" })
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, program, &actions, &attributes, words.pointers, settings.pointers)
        guard code == 0 else { throw Trouble("\(program): \(String(cString: strerror(code)))") }
        self.identifier = identifier
    }

    var isRunning: Bool {
        if status == nil {
            var status: Int32 = 0
            if waitpid(identifier, &status, WNOHANG) == identifier { self.status = status }
        }
        return status == nil
    }

    func send(_ signal: Int32) { if isRunning { kill(identifier, signal) } }

    /// SIGKILL, and waits for it. Works on a stopped process too.
    func end(on loop: Loop) async {
        send(SIGKILL)
        while isRunning { do { try await loop.sleep(for: .milliseconds(2)) } catch { return } }
    }

    /// An array of C strings, as `exec` wants it.
    private final class Words {
        let pointers: [UnsafeMutablePointer<CChar>?]
        init(_ words: [String]) { pointers = words.map { strdup($0) } + [nil] }
        deinit { for pointer in pointers { free(pointer) } }
    }
}
