/// Where values write themselves in the server's binary format: big-endian, one after the other.
package struct BindBytes: Sendable {
    /// The server takes no message of more than 1 GB.
    static let countMax = 1_000_000_000

    private var bytes: [UInt8] = []
    /// The first reason why a value could not be written.
    private(set) var failure: Complaint?

    var count: Int { bytes.count }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

    mutating func fail(_ code: PostgresError.Code) { failure = failure ?? Complaint(PostgresError(code)) }

    package mutating func append(_ byte: UInt8) { bytes.append(byte) }

    package mutating func append(_ source: [UInt8]) { bytes.append(contentsOf: source) }

    package mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    package mutating func append(text: String) {
        let start = bytes.count
        bytes.append(contentsOf: text.utf8)
        // The server's text has no NUL; sent as it is, it would answer with a puzzling error.
        if bytes[start...].contains(0) { fail(.invalidParameter("text with a NUL character")) }
    }

    mutating func append(_ other: BindBytes) {
        bytes.append(contentsOf: other.bytes)
        failure = failure ?? other.failure
    }

    /// Writes what `body` writes behind its own length, as elements of an array are.
    mutating func appendCounted(_ body: (inout BindBytes) -> Void) {
        let start = bytes.count
        append(Int32(0))
        body(&self)
        patch(UInt32(clamping: bytes.count - start - 4), at: start)
    }

    mutating func patch(_ word: UInt32, at offset: Int) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt32(index))) }
    }

    /// The pointer is good inside `body` only, and never nil.
    func withUnsafeBytes(_ body: (UnsafeRawPointer) -> Int32) -> Int32 {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else {
                var nothing: UInt8 = 0
                return unsafe body(&nothing)
            }
            return unsafe body(base)
        }
    }
}
