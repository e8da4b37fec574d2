import CLinux
import Glibc

/// The signals by which a process is told to end or to look again, delivered on a loop like anything else.
///
/// `block` them first thing in `main`, before any thread is started: a thread inherits what is blocked, and a signal that one
/// thread leaves open kills the process there. From then on they wait until a `Signals` reads them; several of a kind that wait
/// count once. One `Signals` per process: of two, either may get a signal.
package final class Signals: Watcher {
    package enum Kind: CaseIterable, Sendable {
        case terminate
        case interrupt
        case hangUp

        package var number: Int32 {
            switch self {
            case .terminate: SIGTERM
            case .interrupt: SIGINT
            case .hangUp: SIGHUP
            }
        }
    }

    private let loop: Loop
    private let descriptor: Int32
    private let deliver: (Kind) -> Void
    private var isOpen = true

    /// Takes SIGPIPE away for good as well: that a peer has gone is an error of the write, not the end of the process.
    package static func block(_ kinds: [Kind] = Kind.allCases) {
        linux_ignore_sigpipe()
        let numbers = kinds.map(\.number)
        let code = unsafe linux_block_signals(numbers, Int32(numbers.count))
        precondition(code == 0, "the kernel would not block signals: \(code)")
    }

    /// Delivers signals that were blocked, from now until `close`, also those that came in between.
    package init(_ kinds: [Kind] = Kind.allCases, on loop: Loop, deliver: @escaping (Kind) -> Void) throws(SystemError)
    {
        loop.checkIsolated()
        self.loop = loop
        self.deliver = deliver
        let numbers = kinds.map(\.number)
        descriptor = try SystemError.check(unsafe linux_signalfd(numbers, Int32(numbers.count)), "signalfd")
        do throws(SystemError) {
            try loop.watch(descriptor, for: .readable, self)
        } catch {
            Socket.close(descriptor)
            throw error
        }
    }

    package func ready(_ readiness: Readiness) {
        while isOpen {
            let number = linux_signalfd_read(descriptor)
            guard let kind = Kind.allCases.first(where: { $0.number == number }) else { return }
            deliver(kind)
        }
    }

    /// Signals wait again from here on. Once too often does no harm.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(descriptor)
        Socket.close(descriptor)
    }
}
