import Crypto
import Domain

/// A call as far as its stream was read, and up to which event that was.
struct KeptPast {
    /// Of its first byte; whoever finds another one reads the log.
    private static let form: UInt8 = 1

    /// Of the stream; 0 where nothing was read yet.
    var version: Int32 = 0
    var event = UUID(value: 0)
    var reading = CallReading()

    init() {}

    var bytes: [UInt8] {
        [Self.form] + (0..<4).map { UInt8(truncatingIfNeeded: version >> (24 - 8 * $0)) } + event.bytes + reading.bytes
    }

    /// Nil for what nobody of this release has written.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 21, bytes[0] == Self.form else { return nil }
        version = bytes[1..<5].reduce(0) { $0 << 8 | Int32($1) }
        event = UUID(value: bytes[5..<21].reduce(0) { $0 << 8 | UInt128($1) })
        guard version > 0, let reading = try? CallReading(bytes[21...]) else { return nil }
        self.reading = reading
    }
}
