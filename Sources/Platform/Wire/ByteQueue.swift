/// Bytes on their way: appended at one end, consumed at the other, with no memory kept while empty and idle.
///
/// One owner, one thread. Growth doubles; `release` gives the memory back, which is what keeps ten thousand idle
/// connections cheap.
@safe
package struct ByteQueue: ~Copyable {
    // What appends is inlined into its callers in other rooms: log lines and heads are made of hundreds of small pieces.
    @usableFromInline var storage: UnsafeMutableRawPointer?
    @usableFromInline var capacity = 0
    @usableFromInline var head = 0
    @usableFromInline var tail = 0

    package init() { unsafe storage = nil }

    deinit { unsafe storage?.deallocate() }

    @inlinable package var count: Int { tail - head }
    @inlinable package var isEmpty: Bool { tail == head }

    /// The bytes not yet consumed, checked at every access.
    package var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            let span = unsafe Span<UInt8>(_unsafeBytes: readable)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes not yet consumed, for a system call or a C library. The pointer is good inside `body` only.
    package func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        unsafe try body(readable)
    }

    @inlinable package mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe storage?.storeBytes(of: byte, toByteOffset: tail, as: UInt8.self)
        tail += 1
    }

    @inlinable package mutating func append(_ source: UnsafeRawBufferPointer) {
        guard unsafe !source.isEmpty else { return }
        reserve(source.count)
        guard let storage = unsafe storage, let base = source.baseAddress else { return }
        unsafe (storage + tail).copyMemory(from: base, byteCount: source.count)
        tail += source.count
    }

    @inlinable package mutating func append(_ source: Span<UInt8>) {
        unsafe source.withUnsafeBytes { unsafe append($0) }
    }

    @inlinable package mutating func append(_ source: [UInt8]) {
        unsafe source.withUnsafeBytes { unsafe append($0) }
    }

    @inlinable package mutating func append(_ text: StaticString) {
        unsafe append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { unsafe append(UnsafeRawBufferPointer($0)) }
    }

    /// Decimal digits, without a string in between.
    package mutating func append(decimal number: Int) {
        var rest = number.magnitude
        if number < 0 { append(UInt8(ascii: "-")) }
        if rest < 10 { return append(UInt8(ascii: "0") + UInt8(rest)) }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var first = digits.count
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        append(digits.span.extracting(first...))
    }

    /// Lends at least `count` writable bytes behind the last one; `body` answers how many it filled.
    package mutating func append<Failure: Error>(
        upTo count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
    ) throws(Failure) {
        reserve(count)
        let filled = unsafe try body(
            UnsafeMutableRawBufferPointer(start: storage.map { unsafe $0 + tail }, count: capacity - tail))
        precondition(filled >= 0 && filled <= capacity - tail, "filled more than was lent")
        tail += filled
    }

    /// Overwrites one byte already appended, counted from the head.
    package subscript(index: Int) -> UInt8 {
        get {
            precondition(index >= 0 && index < count, "outside the bytes held")
            return unsafe readable[index]
        }
        set {
            precondition(index >= 0 && index < count, "outside the bytes held")
            unsafe storage?.storeBytes(of: newValue, toByteOffset: head + index, as: UInt8.self)
        }
    }

    package mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= self.count, "consumed more than there is")
        head += count
        if head == tail { (head, tail) = (0, 0) }
    }

    package mutating func removeAll() { (head, tail) = (0, 0) }

    /// Gives the memory back if nothing is waiting.
    package mutating func release() {
        guard isEmpty, let old = unsafe storage else { return }
        unsafe old.deallocate()
        unsafe storage = nil
        (capacity, head, tail) = (0, 0, 0)
    }

    /// Makes room for `extra` more bytes: first by moving what is left to the front, then by doubling.
    @inlinable @inline(__always)
    package mutating func reserve(_ extra: Int) {
        if capacity - tail < extra { grow(extra) }
    }

    @usableFromInline mutating func grow(_ extra: Int) {
        let held = count
        if head > 0, capacity - held >= extra, let storage = unsafe storage {
            unsafe storage.copyMemory(from: storage + head, byteCount: held)
            (head, tail) = (0, held)
            return
        }
        var grown = max(capacity * 2, 512)
        while grown - held < extra { grown *= 2 }
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
        if let old = unsafe storage {
            unsafe fresh.copyMemory(from: old + head, byteCount: held)
            unsafe old.deallocate()
        }
        unsafe storage = fresh
        capacity = grown
        (head, tail) = (0, held)
    }

    private var readable: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: storage.map { unsafe UnsafeRawPointer($0 + head) }, count: count)
    }
}
