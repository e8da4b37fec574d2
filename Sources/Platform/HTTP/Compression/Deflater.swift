import CZlib
import Wire

/// Packs bytes. One owner of one zlib state (about 260 KiB), used again after `reset`.
@safe
struct Deflater: ~Copyable {
    enum Ending {
        /// None: what comes out is zlib's choice.
        case more
        /// Everything is flushed to a byte boundary, and more may follow.
        case flush
        /// The stream is over.
        case finish

        fileprivate var code: Int32 {
            switch self {
            case .more: Z_NO_FLUSH
            case .flush: Z_SYNC_FLUSH
            case .finish: Z_FINISH
            }
        }
    }

    private static let stride = 4 << 10

    /// On the heap because zlib remembers its address.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Level 1 is the fastest, 9 the smallest.
    init(_ format: CompressionFormat, level: Int32) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code = unsafe zlib_deflate_init(stream, level, format.windowBits)
        precondition(code == Z_OK, "zlib could not make a deflater: \(code)")
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    mutating func reset() { unsafe deflateReset(stream) }

    /// Packs all of `input` onto `output`.
    mutating func deflate(_ input: Span<UInt8>, onto output: inout ByteQueue, ending: Ending) {
        // `next_in` is good inside this closure only; zlib promises not to write through it.
        unsafe input.withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(source.count)
            while step(&output, ending) {}
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.avail_in = 0
        }
    }

    /// Answers whether there is more to come out.
    private mutating func step(_ output: inout ByteQueue, _ ending: Ending) -> Bool {
        var left: UInt32 = 0
        unsafe output.append(upTo: Self.stride) { target in
            let room = UInt32(target.count)
            unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
            unsafe stream.pointee.avail_out = room
            let code = unsafe CZlib.deflate(stream, ending.code)
            precondition(code != Z_STREAM_ERROR, "zlib's deflate was used wrongly")
            left = unsafe stream.pointee.avail_out
            return Int(room - left)
        }
        return left == 0
    }
}
