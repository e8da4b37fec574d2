import Glibc

/// Starting a program without a thread that waits for it.
enum Spawning {
    /// `input` is a descriptor, or nothing; what it prints is added to the file `output`. Without `environment` it gets ours.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String]?, input: Int32?, output: String
    ) throws(ChildProcess.NotStarted) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
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
        let words = Words([program] + arguments)
        var identifier: pid_t = 0
        let code: Int32
        if let environment {
            let settings = Words(environment.map { "\($0.key)=\($0.value)" })
            code = posix_spawnp(&identifier, program, &actions, &attributes, words.pointers, settings.pointers)
        } else {
            code = posix_spawnp(&identifier, program, &actions, &attributes, words.pointers, environ)
        }
        guard code == 0 else { throw ChildProcess.NotStarted(program: program, code: code) }
        return identifier
    }

    /// An array of C strings, as `exec` wants it.
    private final class Words {
        let pointers: [UnsafeMutablePointer<CChar>?]
        init(_ words: [String]) { pointers = words.map { strdup($0) } + [nil] }
        deinit { for pointer in pointers { free(pointer) } }
    }
}
