/// Reads a chunked body (RFC 9112 §7.1) from bytes that may be cut anywhere.
///
/// Extensions and trailers are checked, counted and thrown away. A size has at most eight digits.
struct ChunkedBody {
    enum Progress: Equatable {
        case needsMore
        case complete
        case fault(RequestFault)
    }

    private enum State {
        /// → extension, sizeEnd
        case size(UInt64, digits: Int)
        /// → sizeEnd
        case chunkExtension
        /// After the CR of a size line → data, trailerStart
        case sizeEnd
        /// → dataEnd
        case data(left: Int)
        /// The CR LF after the data; → size
        case dataEnd(seen: Int)
        /// At the start of a trailer line → trailerName, lastEnd
        case trailerStart
        /// → trailerValue
        case trailerName
        /// → trailerEnd
        case trailerValue
        /// → trailerStart
        case trailerEnd
        /// The CR of the last line has been seen → complete
        case lastEnd
    }

    private let limits: Limits.Message
    private var state = State.size(0, digits: 0)
    private var size = 0
    private var extensionBytes = 0
    private var trailerBytes = 0

    init(_ limits: Limits.Message) { self.limits = limits }

    /// Reads on from `index`, which it moves behind what it took, and appends data to `body`.
    mutating func read(_ bytes: Span<UInt8>, _ index: inout Int, into body: inout [UInt8]) -> Progress {
        while index < bytes.count {
            if case .data(let left) = state {
                let taken = min(left, bytes.count - index)
                body.append(bytes.extracting(index..<index + taken))
                index += taken
                state = taken == left ? .dataEnd(seen: 0) : .data(left: left - taken)
                continue
            }
            let byte = bytes[index]
            index += 1
            do throws(RequestFault) {
                if try step(byte, held: body.count) { return .complete }
            } catch {
                return .fault(error)
            }
        }
        return .needsMore
    }

    /// Takes one byte that is no data; answers whether it was the last.
    private mutating func step(_ byte: UInt8, held: Int) throws(RequestFault) -> Bool {
        switch state {
        case .size(let value, let digits): try readSize(byte, value, digits)
        case .chunkExtension:
            if byte == 13 {
                state = .sizeEnd
            } else {
                extensionBytes += 1
                guard Text.isFieldValue(byte), extensionBytes <= limits.trailerBytes else { throw .badChunk }
            }
        case .sizeEnd:
            guard byte == 10 else { throw .badChunk }
            guard size <= limits.bodyBytes - held else { throw .bodyTooLarge }
            state = size == 0 ? .trailerStart : .data(left: size)
        case .dataEnd(let seen):
            guard byte == (seen == 0 ? 13 : 10) else { throw .badChunk }
            state = seen == 0 ? .dataEnd(seen: 1) : .size(0, digits: 0)
        case .trailerStart where byte == 13: state = .lastEnd
        case .trailerStart, .trailerName, .trailerValue, .trailerEnd: try readTrailer(byte)
        case .lastEnd:
            guard byte == 10 else { throw .badChunk }
            return true
        case .data: preconditionFailure("data is not read byte by byte")
        }
        return false
    }

    private mutating func readSize(_ byte: UInt8, _ value: UInt64, _ digits: Int) throws(RequestFault) {
        if let digit = Text.hexValue(byte) {
            guard digits < 8 else { throw .badChunk }
            state = .size(value << 4 | UInt64(digit), digits: digits + 1)
            return
        }
        guard digits > 0 else { throw .badChunk }
        size = Int(value)
        switch byte {
        case 13: state = .sizeEnd
        case UInt8(ascii: ";"), 32, 9:
            extensionBytes += 1
            state = .chunkExtension
        default: throw .badChunk
        }
    }

    private mutating func readTrailer(_ byte: UInt8) throws(RequestFault) {
        trailerBytes += 1
        guard trailerBytes <= limits.trailerBytes else { throw .trailersTooLarge }
        switch state {
        case .trailerStart:
            guard Text.isToken(byte) else { throw .badChunk }
            state = .trailerName
        case .trailerName:
            if byte == UInt8(ascii: ":") {
                state = .trailerValue
            } else if !Text.isToken(byte) {
                throw .badChunk
            }
        case .trailerValue:
            if byte == 13 {
                state = .trailerEnd
            } else if !Text.isFieldValue(byte) {
                throw .badChunk
            }
        default:
            guard byte == 10 else { throw .badChunk }
            state = .trailerStart
        }
    }
}
