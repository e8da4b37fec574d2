import CLinux
import Glibc

/// A program of somebody else's that does one piece of work beside us: it gets all it shall read at once, and what it prints is
/// read from `output`, which never blocks. It knows nothing of our environment, nor of our open files.
///
/// Starting and reaping take a while, so they belong on a lane. Whoever starts it reaps it.
package struct SideProgram: Sendable {
    /// A pipe takes so much without anybody reading.
    package static let inputBytesMax = 32 << 10

    package enum Input: Error, Hashable, Sendable { case tooLong }

    private let identifier: pid_t
    package let output: Int32

    /// `path` is whole: nothing is searched for.
    package init(_ path: String, _ arguments: [String], input: [UInt8]) throws {
        guard input.count <= Self.inputBytesMax else { throw Input.tooLong }
        let (source, words) = try Self.pipe()
        defer { close(source) }
        _ = unsafe input.withUnsafeBytes { unsafe write(words, $0.baseAddress, $0.count) }
        // Its input ends where ours does.
        close(words)
        let (result, prints) = try Self.pipe()
        defer { close(prints) }
        do { identifier = try Self.spawn(path, arguments, source, prints) } catch {
            close(result)
            throw error
        }
        _ = fcntl(result, F_SETFL, O_NONBLOCK)
        output = result
    }

    /// At once, whatever it is doing. It still has to be reaped.
    package func kill() { _ = Glibc.kill(identifier, SIGKILL) }

    /// Waits for its end, and ends it when that does not come in time. Answers its exit code; nil if a signal ended it. `output` is
    /// closed by who read from it.
    package func reap(within patience: Duration) -> Int32? {
        let deadline = Moment.now + patience
        var status: Int32 = 0
        while unsafe waitpid(identifier, &status, WNOHANG) == 0 {
            guard Moment.now < deadline else {
                kill()
                _ = unsafe waitpid(identifier, &status, 0)
                break
            }
            usleep(500)
        }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    }

    // MARK: - Starting

    private static func pipe() throws(SystemError) -> (from: Int32, to: Int32) {
        var ends: [Int32] = [-1, -1]
        try SystemError.check(unsafe linux_pipe(&ends), "pipe2")
        return (ends[0], ends[1])
    }

    private static func spawn(_ path: String, _ arguments: [String], _ input: Int32, _ output: Int32)
        throws(SystemError) -> pid_t
    {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        _ = unsafe linux_spawn_closes_files(&actions)
        // What we have blocked or ignore would be blocked and ignored there.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        let environment = unsafe [strdup("LANG=C.UTF-8"), strdup("PATH=/usr/local/bin:/usr/bin:/bin"), nil]
        defer { unsafe (words + environment).forEach { unsafe free($0) } }
        var identifier: pid_t = 0
        let code = unsafe posix_spawn(&identifier, path, &actions, &attributes, words, environment)
        guard code == 0 else { throw SystemError(call: "posix_spawn", code: code) }
        return identifier
    }
}
