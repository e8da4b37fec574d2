import Glibc
import Loop
package import Service

/// A log that writes into a file nobody else sees, and gives back the lines.
package final class LogCapture: Sendable {
    package let writer: LogWriter
    private let descriptor: Int32

    package init(format: LogFormat = .json, limit: Int = LogWriter.bytesMax) throws {
        let path = "/tmp/ledgerline-log-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        descriptor = try SystemError.check(open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600), "open")
        unlink(path)
        writer = try LogWriter(process: "test", format: format, descriptor: descriptor, limit: limit)
    }

    deinit { close(descriptor) }

    /// Ends the writer and answers everything it wrote.
    package func text() -> String {
        writer.close()
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = pread(descriptor, &chunk, chunk.count, bytes.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    package func lines() -> [String] { text().split(separator: "\n").map(String.init) }
}
