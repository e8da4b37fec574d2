/// Turns the bytes of one connection into requests, one after the other: a pure machine.
///
/// It holds no bytes of an unfinished head: those stay with whoever feeds it, and are given again with more behind them. It
/// looks at them again only when they may be complete, or cannot become so.
struct RequestReader {
    enum Step {
        /// Everything taken; the rest of what was given must be given again with more behind it.
        case needsMore
        /// The client waits to hear that its body is wanted.
        case needsContinue
        case request(Request)
        case fault(RequestFault)
    }

    /// What the reader waits for.
    enum Phase: Equatable {
        case head
        case body
    }

    private enum State {
        /// `seen` bytes were looked at in vain. → length, chunks, head (a request without body)
        case head(seen: Int)
        /// → head
        case length(Request, left: Int)
        /// → head
        case chunks(Request, ChunkedBody)
    }

    private let limits: Limits.Message
    private var state = State.head(seen: 0)

    /// Whose requests they are, as an address literal.
    private let remoteAddress: String

    init(_ limits: Limits.Message, from remoteAddress: String = "") {
        self.limits = limits
        self.remoteAddress = remoteAddress
    }

    var phase: Phase {
        if case .head = state { return .head }
        return .body
    }

    /// Reads one step from `index` on, and moves `index` behind what it took.
    mutating func read(_ bytes: Span<UInt8>, _ index: inout Int) -> Step {
        switch state {
        case .head(let seen): return readHead(bytes, &index, seen)
        case .length(var request, let left):
            // Moved out and back, so that the body's bytes are never copied.
            state = .head(seen: 0)
            let taken = min(left, bytes.count - index)
            request.body.append(bytes.extracting(index..<index + taken))
            index += taken
            if taken == left { return .request(request) }
            state = .length(request, left: left - taken)
            return .needsMore
        case .chunks(var request, var chunks):
            state = .head(seen: 0)
            switch chunks.read(bytes, &index, into: &request.body) {
            case .complete: return .request(request)
            case .fault(let fault): return .fault(fault)
            case .needsMore:
                state = .chunks(request, chunks)
                return .needsMore
            }
        }
    }

    private mutating func readHead(_ bytes: Span<UInt8>, _ index: inout Int, _ seen: Int) -> Step {
        let given = bytes.extracting(index...)
        if given.isEmpty { return .needsMore }
        guard seen == 0 || mayBeDecided(given, after: seen) else {
            state = .head(seen: given.count)
            return .needsMore
        }
        do throws(HeadParser.Stop) {
            let head = try HeadParser.parse(given, limits)
            state = .head(seen: 0)
            index += head.length
            return begin(head, given, bytes, &index)
        } catch {
            switch error {
            case .fault(let fault): return .fault(fault)
            case .incomplete:
                state = .head(seen: given.count)
                return .needsMore
            }
        }
    }

    /// Whether bytes behind the first `seen` end the head, or make it one that can't be right.
    private func mayBeDecided(_ bytes: Span<UInt8>, after seen: Int) -> Bool {
        // Where the parser gives its verdict on a target or a head that is too long.
        for length in [limits.targetBytes + HeadParser.methodBytesMax + 4, limits.headBytes] {
            if seen < length, bytes.count >= length { return true }
        }
        for place in seen..<bytes.count where bytes[place] == 10 {
            let isLineEnd = place >= 1 && bytes[place - 1] == 13
            let isLast = place >= 3 && bytes[place - 2] == 10 && bytes[place - 3] == 13
            if !isLineEnd || isLast { return true }
        }
        return false
    }

    /// `bytes` begin with the head, `all` with what was given; `index` stands behind the head.
    private mutating func begin(_ head: RequestHead, _ bytes: Span<UInt8>, _ all: Span<UInt8>, _ index: inout Int)
        -> Step
    {
        var headers = Headers(bytes: bytes.copied(0..<head.length), fields: head.fields)
        // A host in the target is the one that counts (RFC 9112 §3.2.2).
        if let authority = head.authority { headers.set(.host, bytes.text(in: authority)) }
        guard
            var request = Request(
                head.method, head.path(bytes), headers, from: remoteAddress, keepsAlive: head.keepsAlive,
                isLegacy: head.isLegacy)
        else { return .fault(.badTarget) }
        switch head.framing {
        case .none: return .request(request)
        case .length(let length):
            if length > limits.bodyBytes { return .fault(.bodyTooLarge) }
            // What a client announces is not believed before it comes.
            request.body.reserveCapacity(min(length, 64 * 1024))
            state = .length(request, left: length)
        case .chunked: state = .chunks(request, ChunkedBody(limits))
        }
        // A client that sends on without waiting needs no leave (RFC 9110 §10.1.1).
        if head.expectsContinue, !head.isLegacy, index == all.count { return .needsContinue }
        return read(all, &index)
    }
}
