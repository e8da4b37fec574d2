/// Puts one reply together from the pieces that the reader finds, within limits.
///
/// hiredis calls in depth-first order, so a stack of unfinished arrays is enough, and no reply object of its own is ever
/// allocated. Each method answers whether the reader may go on.
final class RedisReplyBuilder {
    private struct OpenArray {
        var elements: [RedisValue]
        var missing: Int
    }

    private static let ok = Array("OK".utf8)

    private let limits: RedisReplyLimits
    private var open: [OpenArray] = []
    private var complete: RedisValue?
    private var elementCount = 0
    private var byteCount = 0
    private(set) var fault: RedisReplyFault?

    init(limits: RedisReplyLimits) { self.limits = limits }

    /// The finished reply, once.
    func take() -> RedisValue? {
        defer {
            complete = nil
            (elementCount, byteCount) = (0, 0)
        }
        return complete
    }

    func arrayBegan(count: Int) -> Bool {
        guard open.count < limits.depthMax else { return refuse(.tooDeep) }
        elementCount += count
        guard count >= 0, elementCount <= limits.elementsMax else { return refuse(.tooManyElements) }
        if count == 0 { return found(.array([])) }
        var elements: [RedisValue] = []
        // The count is the server's claim: memory is given for what comes, not for what is announced.
        elements.reserveCapacity(min(count, 256))
        open.append(OpenArray(elements: elements, missing: count))
        return true
    }

    func foundSimple(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard charge(bytes.count) else { return false }
        let isOK = unsafe bytes.count == 2 && bytes[0] == UInt8(ascii: "O") && bytes[1] == UInt8(ascii: "K")
        return found(.simple(isOK ? Self.ok : unsafe Array(bytes)))
    }

    func foundBulk(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard charge(bytes.count) else { return false }
        return found(.bulk(unsafe Array(bytes)))
    }

    func foundError(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard charge(bytes.count) else { return false }
        return found(.error(RedisRefusal(unsafe String(decoding: bytes, as: UTF8.self))))
    }

    func found(_ value: RedisValue) -> Bool {
        var value = value
        while let last = open.indices.last {
            open[last].elements.append(value)
            open[last].missing -= 1
            if open[last].missing > 0 { return true }
            value = .array(open.removeLast().elements)
        }
        complete = value
        return true
    }

    private func charge(_ count: Int) -> Bool {
        byteCount += count
        return byteCount <= limits.bytesMax || refuse(.tooLong)
    }

    private func refuse(_ fault: RedisReplyFault) -> Bool {
        self.fault = fault
        return false
    }
}
