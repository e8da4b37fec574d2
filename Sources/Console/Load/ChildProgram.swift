import Glibc

/// Starts another program, looked up in PATH.
enum ChildProgram {
    /// What it prints is added to the file `output`; of our environment it gets what programs need to be found.
    static func start(_ words: [String], environment: [String: String] = [:], output: String) throws(Trouble) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // Our threads may have signals blocked, and a child would inherit that.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments = strings(words)
        var all = environment
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH"] { all[name] = getenv(name).map { String(cString: $0) } }
        let settings = strings(all.map { "\($0.key)=\($0.value)" })
        defer { for text in arguments + settings { free(text) } }
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, words[0], &actions, &attributes, arguments, settings)
        guard code == 0 else { throw Trouble("can't start \(words[0]): \(String(cString: strerror(code)))") }
        return identifier
    }

    /// As `exec` wants them.
    private static func strings(_ words: [String]) -> [UnsafeMutablePointer<CChar>?] {
        words.map { strdup($0) } + [nil]
    }
}
