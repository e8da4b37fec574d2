import Crypto
import Loop
import Wire

/// The bytes of one connection: its socket, what waits to be written, and the TLS between them if there is any.
///
/// Belongs to its loop's thread; the connection above it watches the descriptor and calls.
struct RedisLine: ~Copyable {
    /// hiredis moves what it has not yet read to the front of its buffer again and again: pieces of this size keep that cheap.
    private static let pieceBytes = 16 * 1024
    private static let piecesPerTurn = 16

    let descriptor: Int32
    /// Bytes ever handed to the socket, or to TLS.
    private(set) var written: UInt64 = 0
    /// Bytes ever queued for writing.
    private(set) var queued: UInt64 = 0
    private(set) var received: UInt64 = 0
    private var output = ByteQueue()
    private var tls: TLSPipe?
    private var cipherOut = ByteQueue()
    private var cipherIn = ByteQueue()
    private var plainIn = ByteQueue()

    init(_ descriptor: Int32, tls: consuming TLSPipe?) {
        self.descriptor = descriptor
        self.tls = tls
    }

    /// How many bytes wait to be written.
    var waiting: Int { output.count + cipherOut.count }

    /// Whether commands may flow: always, without TLS.
    var isOpen: Bool {
        switch tls {
        case .some(let pipe): pipe.state == .open
        case nil: true
        }
    }

    mutating func queue(_ command: borrowing RedisCommand) {
        let before = output.count
        command.write(to: &output)
        queued += UInt64(output.count - before)
    }

    /// Writes what the socket takes; answers whether it took everything.
    mutating func flush() throws(RedisError.Code) -> Bool {
        if tls == nil {
            let before = output.count
            defer { written += UInt64(before - output.count) }
            return try Self.write(&output, to: descriptor)
        }
        if isOpen, !output.isEmpty {
            // What TLS has taken may arrive, whether or not the socket has taken it yet.
            written += UInt64(output.count)
            do throws(TLSFailure) { try tls?.send(&output) } catch { throw .tls(error) }
        }
        tls?.collect(into: &cipherOut)
        return try Self.write(&cipherOut, to: descriptor)
    }

    /// Reads what is there, up to a bound, so that one talkative server leaves the others their turn.
    mutating func read(_ take: (UnsafeRawBufferPointer) -> Void) throws(RedisError.Code) {
        for _ in 0..<Self.piecesPerTurn {
            let outcome = unsafe withUnsafeTemporaryAllocation(byteCount: Self.pieceBytes, alignment: 16) { room in
                let outcome = unsafe Socket.read(descriptor, into: room)
                if case .bytes(let count) = outcome {
                    let bytes = unsafe UnsafeRawBufferPointer(rebasing: room[..<count])
                    if tls == nil { unsafe take(bytes) } else { unsafe cipherIn.append(bytes) }
                }
                return outcome
            }
            switch outcome {
            case .bytes(let count):
                received += UInt64(count)
                unsafe try decipher(take)
                if count < Self.pieceBytes { return }
            case .wouldBlock: return
            case .end: throw .closedByServer
            case .failed(let code): throw .system(SystemError(call: "read", code: code))
            }
        }
    }

    private mutating func decipher(_ take: (UnsafeRawBufferPointer) -> Void) throws(RedisError.Code) {
        if tls == nil { return }
        do throws(TLSFailure) { try tls?.receive(&cipherIn, into: &plainIn) } catch { throw .tls(error) }
        unsafe plainIn.withUnsafeBytes { unsafe take($0) }
        plainIn.removeAll()
    }

    /// The last words of TLS to the server, as far as the socket takes them, and the end.
    mutating func close() {
        tls?.collect(into: &cipherOut)
        // Nobody is left to be told that the goodbye could not be said.
        _ = unsafe cipherOut.withUnsafeBytes { unsafe Socket.write(descriptor, from: $0) }
        Socket.close(descriptor)
    }

    private static func write(_ bytes: inout ByteQueue, to descriptor: Int32) throws(RedisError.Code) -> Bool {
        while !bytes.isEmpty {
            switch unsafe bytes.withUnsafeBytes({ unsafe Socket.write(descriptor, from: $0) }) {
            case .bytes(let count): bytes.consume(count)
            case .wouldBlock: return false
            case .end: throw .closedByServer
            case .failed(let code): throw .system(SystemError(call: "send", code: code))
            }
        }
        return true
    }
}
