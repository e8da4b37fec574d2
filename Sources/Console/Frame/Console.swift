import Glibc

/// The operator's command line: finds the command, runs it, and turns how it ended into an exit code.
///
/// 0 done, 1 failed, 2 not understood. Results go to standard output, complaints to standard error.
struct Console {
    static let commands: [Command] = [
        .migrate, .user, .tail, .state, .consumers, .deadLetters, .rebuild, .jobs, .analysis, .settings, .simulate,
        .replay, .load,
    ]

    static func run(_ arguments: [String]) -> Int32 {
        guard let name = arguments.first else {
            complain(help)
            return 2
        }
        if ["help", "--help", "-h"].contains(name) {
            print(help)
            return 0
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            complain("ledgerline: there is no command \(name)\n\n\(help)")
            return 2
        }
        let rest = Array(arguments.dropFirst())
        if rest.contains("--help") || rest.contains("-h") {
            print(command.guide)
            return 0
        }
        do {
            try command.run(rest)
            return 0
        } catch let error as UsageError {
            complain("ledgerline \(name): \(error)\n\n\(command.guide)")
            return 2
        } catch {
            complain("ledgerline \(name): \(error)")
            return 1
        }
    }

    private static var help: String {
        let width = (commands.map(\.name.count).max() ?? 0) + 3
        let list = commands.map { command in
            "  \(command.name)\(String(repeating: " ", count: width - command.name.count))\(command.summary)"
        }
        return """
            ledgerline — looks after a Ledgerline installation

            usage: ledgerline COMMAND [OPTION …]

            \(list.joined(separator: "\n"))

            `ledgerline COMMAND --help` tells more. Settings come from the environment, as for the processes.
            """
    }

    /// Straight to the descriptor: C's `stderr` is a global that anybody could change.
    static func complain(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return }
            written += max(0, count)
        }
    }
}
