import Glibc
import Loop

/// One line on the terminal that says how far it is, a second long; nothing where nobody looks. On one loop.
final class LoadTicker {
    private let isShown = isatty(STDERR_FILENO) == 1
    private var last = Moment(nanoseconds: 0)

    func tell(_ text: @autoclosure () -> String) {
        guard isShown, Moment.now - last >= .seconds(1) else { return }
        last = .now
        write("\r\u{1B}[K" + text())
    }

    func end() { if isShown { write("\r\u{1B}[K") } }

    private func write(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// What processes are called here.
enum Processes {
    static var own: pid_t { getpid() }
}
