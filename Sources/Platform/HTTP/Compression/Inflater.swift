import CZlib
import Wire

/// Unpacks deflated bytes, with a limit on what comes out. One owner of one zlib state (about 40 KiB), used again after `reset`.
@safe
struct Inflater: ~Copyable {
    /// How much room is lent to zlib at a time.
    private static let stride = 16 << 10

    /// On the heap because zlib remembers its address.
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isAtEnd = false

    init(_ format: CompressionFormat) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let code = unsafe zlib_inflate_init(stream, format.windowBits)
        // Wrong arguments or no memory: neither is a condition one could handle.
        precondition(code == Z_OK, "zlib could not make an inflater: \(code)")
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Forgets everything: the next bytes begin a new stream.
    mutating func reset() {
        unsafe inflateReset(stream)
        isAtEnd = false
    }

    /// Unpacks all of `input` onto `output`, unless that would make it longer than `limit`.
    ///
    /// A stream that ends before its input does is followed by another one. `isAtEnd` tells whether the last one is whole.
    mutating func inflate(_ input: Span<UInt8>, onto output: inout ByteQueue, limit: Int) throws(CompressionError) {
        var fault: CompressionError?
        // `next_in` is good inside this closure only; zlib promises not to write through it.
        unsafe input.withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(source.count)
            fault = step(&output, limit)
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.avail_in = 0
        }
        if let fault { throw fault }
    }

    private mutating func step(_ output: inout ByteQueue, _ limit: Int) -> CompressionError? {
        while true {
            if isAtEnd {
                if unsafe stream.pointee.avail_in == 0 { return nil }
                reset()
            }
            // One byte beyond the limit is enough to know that it is exceeded.
            let room = min(Self.stride, limit - output.count + 1)
            var code = Z_OK
            var filled = 0
            unsafe output.append(upTo: room) { target in
                unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe stream.pointee.avail_out = UInt32(room)
                code = unsafe CZlib.inflate(stream, Z_SYNC_FLUSH)
                filled = room - Int(unsafe stream.pointee.avail_out)
                return filled
            }
            guard output.count <= limit else { return .tooLarge(limit: limit) }
            switch code {
            case Z_STREAM_END: isAtEnd = true
            // "No progress" is how zlib says that the input is used up and all output delivered.
            case Z_OK, Z_BUF_ERROR: if filled < room { return nil }
            case Z_MEM_ERROR, Z_STREAM_ERROR: preconditionFailure("zlib's inflate: \(code)")
            default: return .corrupt
            }
        }
    }
}
