import Crypto
import Glibc
import Loop

/// What a writer says it did, one line a fact, written at once: it survives the writer's death.
///
///     D stream version event    said to be durable by the journal
///     A stream version event    acknowledged by the log
///     V words                   something that must not be
final class Ledger {
    private let descriptor: Int32

    init(_ path: String) throws(SystemError) {
        descriptor = try SystemError.check(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600), "open")
    }

    func durable(_ stream: UUID, _ version: Int32, _ event: UUID) { put("D \(stream) \(version) \(event)\n") }
    func acknowledged(_ stream: UUID, _ version: Int32, _ event: UUID) { put("A \(stream) \(version) \(event)\n") }
    func violated(_ words: String) { put("V \(words)\n") }

    private func put(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            // One write each: the kernel keeps appended lines whole.
            precondition(
                write(descriptor, bytes.baseAddress, bytes.count) == bytes.count, "the ledger can't be written")
        }
    }
}
