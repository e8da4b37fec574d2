import Glibc

/// Tidies up if we are killed before we could: a shell that waits for the end of a pipe of ours.
final class Guardian {
    private let pipe: Int32
    private let child: ChildProcess

    /// `command` is run when we have gone without `dismiss`. Ctrl-C at our terminal does not reach it.
    init(_ command: String) throws {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw Services.Failure(description: "no pipe: \(errno)") }
        // Whoever else is started must not hold our end, or we would never seem to be gone.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        pipe = ends[1]
        child = try ChildProcess(
            "setsid", ["sh", "-c", "read -r word || { \(command); }"], input: ends[0], output: "/dev/null")
    }

    /// There is nothing left to tidy up.
    func dismiss() {
        _ = write(pipe, "done\n", 5)
        close(pipe)
        child.awaitEnd()
    }
}
