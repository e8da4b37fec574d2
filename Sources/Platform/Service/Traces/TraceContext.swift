import Wire

/// Where in which trace we are: what goes from process to process in `traceparent` and `tracestate`.
/// https://www.w3.org/TR/trace-context/
package struct TraceContext: Hashable, Sendable {
    package enum Sampling: Sendable {
        case recorded
        case ignored
    }

    package static let parentLength = 55

    package let trace: TraceID
    package let span: SpanID
    package let sampling: Sampling
    package let state: TraceState

    package init(trace: TraceID, span: SpanID, sampling: Sampling, state: TraceState = .empty) {
        self.trace = trace
        self.span = span
        self.sampling = sampling
        self.state = state
    }

    /// From the headers of a request. Nil when `parent` is not exactly one well-formed header: then a new trace begins,
    /// and `state` is ignored with it.
    package init?(parent: String, state: String? = nil) {
        var text = parent
        let parsed = text.withUTF8 { unsafe Self.parse($0.span) }
        guard let (trace, span, sampling) = parsed else { return nil }
        self.init(trace: trace, span: span, sampling: sampling, state: state.flatMap { TraceState($0) } ?? .empty)
    }

    /// The header for whom we call: this span is their parent. Of the flags only "sampled" is known to us, so only that
    /// is sent.
    package var parent: String {
        var queue = ByteQueue()
        queue.append("00-")
        queue.append(trace)
        queue.append(UInt8(ascii: "-"))
        queue.append(hex: span.bits, digits: 16)
        queue.append(sampling == .recorded ? "-01" : "-00")
        return queue.text
    }

    private static func parse(_ text: Span<UInt8>) -> (TraceID, SpanID, Sampling)? {
        let dash = UInt8(ascii: "-")
        guard text.count >= parentLength, text[2] == dash, text[35] == dash, text[52] == dash,
            let version = hex(text, 0..<2), version != 0xff,
            let high = hex(text, 3..<19), let low = hex(text, 19..<35), let trace = TraceID(high: high, low: low),
            let parent = hex(text, 36..<52), let span = SpanID(parent), let flags = hex(text, 53..<55)
        else { return nil }
        // Version 00 ends here; a later one may say more behind a dash.
        guard text.count == parentLength || (version > 0 && text[parentLength] == dash) else { return nil }
        return (trace, span, flags & 1 == 1 ? .recorded : .ignored)
    }

    /// Lower-case hex only: upper case is invalid here.
    private static func hex(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        var number: UInt64 = 0
        for index in range {
            let digit: UInt8
            switch text[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = text[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = text[index] - UInt8(ascii: "a") + 10
            default: return nil
            }
            number = number << 4 | UInt64(digit)
        }
        return number
    }
}
