import CRedis

/// Cuts the server's bytes into replies: hiredis' reader, bounded by our limits.
///
/// Bytes go in as they come, in any pieces; replies come out as soon as they are whole. A fault is final.
@safe struct RedisReplyReader: ~Copyable {
    private let reader: UnsafeMutablePointer<redisReader>
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let builder: RedisReplyBuilder
    private let limits: RedisReplyLimits

    init(limits: RedisReplyLimits = RedisReplyLimits()) {
        self.limits = limits
        builder = RedisReplyBuilder(limits: limits)
        unsafe functions = .allocate(capacity: 1)
        unsafe functions.initialize(to: Self.callbacks)
        guard let reader = unsafe redisReaderCreateWithFunctions(functions) else {
            preconditionFailure("hiredis could not make a reader: out of memory")
        }
        // This value owns both the reader and the builder, and frees the reader first.
        unsafe reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
        unsafe self.reader = reader
    }

    deinit {
        unsafe redisReaderFree(reader)
        unsafe functions.deallocate()
    }

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        let fed = unsafe redisReaderFeed(reader, base.assumingMemoryBound(to: CChar.self), bytes.count)
        unsafe precondition(fed == REDIS_OK || reader.pointee.err != REDIS_ERR_OOM, "hiredis is out of memory")
    }

    /// The next whole reply, nil if it has not fully come.
    mutating func next() throws(RedisReplyFault) -> RedisValue? {
        var token: UnsafeMutableRawPointer?
        guard unsafe redisReaderGetReply(reader, &token) == REDIS_OK else { throw builder.fault ?? .malformed }
        if unsafe token != nil { return builder.take() }
        try checkHeld()
        return nil
    }

    /// Bounds what is held of an item that has not fully come.
    private func checkHeld() throws(RedisReplyFault) {
        let held = unsafe reader.pointee.len - reader.pointee.pos
        guard unsafe redis_reader_open_type(reader) == REDIS_REPLY_STRING else {
            if held > limits.lineMax { throw .tooLong }
            return
        }
        // A bulk string: its length is announced first, in at most nineteen digits.
        guard let start = unsafe reader.pointee.buf else { return }
        var announced = 0
        for offset in 0..<min(held, 20) {
            let byte = unsafe UInt8(bitPattern: start[reader.pointee.pos + offset])
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                if byte == UInt8(ascii: "\r"), announced <= limits.bytesMax { return }
                if byte == UInt8(ascii: "-"), held <= 4 { return }
                throw byte == UInt8(ascii: "\r") ? .tooLong : .malformed
            }
            let (shifted, overflow) = announced.multipliedReportingOverflow(by: 10)
            if overflow { throw .malformed }
            announced = shifted &+ Int(byte - UInt8(ascii: "0"))
        }
        if held >= 20 { throw .malformed }
    }

    /// hiredis asks for an object per item and only passes it back; the builder itself serves as that token, and it is
    /// nobody's to free. Null tells hiredis to stop, which it reports as an error.
    private static var callbacks: redisReplyObjectFunctions {
        var functions = redisReplyObjectFunctions()
        unsafe functions.createString = { task, text, length in
            unsafe RedisReplyReader.step(task) { builder in
                let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
                return switch unsafe task?.pointee.type {
                case REDIS_REPLY_STRING: unsafe builder.foundBulk(bytes)
                case REDIS_REPLY_ERROR: unsafe builder.foundError(bytes)
                default: unsafe builder.foundSimple(bytes)
                }
            }
        }
        unsafe functions.createArray = { task, count in
            unsafe RedisReplyReader.step(task) { $0.arrayBegan(count: Int(count)) }
        }
        unsafe functions.createInteger = { task, number in
            unsafe RedisReplyReader.step(task) { $0.found(.integer(Int(number))) }
        }
        unsafe functions.createNil = { task in unsafe RedisReplyReader.step(task) { $0.found(.null) } }
        unsafe functions.freeObject = { _ in }
        return functions
    }

    private static func step(_ task: UnsafePointer<redisReadTask>?, _ body: (RedisReplyBuilder) -> Bool)
        -> UnsafeMutableRawPointer?
    {
        guard let token = unsafe task?.pointee.privdata else { return nil }
        let builder = unsafe Unmanaged<RedisReplyBuilder>.fromOpaque(token).takeUnretainedValue()
        return unsafe body(builder) ? token : nil
    }
}
