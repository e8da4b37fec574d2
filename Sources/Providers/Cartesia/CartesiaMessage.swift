import Domain
import Wire

/// What Cartesia says on its socket, one text message each.
struct CartesiaMessage: Equatable {
    enum Content: Equatable {
        case chunk([UInt8])
        case words([Word])
        /// All of one text of ours was spoken.
        case flushed
        case done
        case error(StreamFault)
        /// A type this version does not know.
        case unknown
    }

    /// Nil when it concerns the whole connection.
    let context: String?
    let content: Content
}

extension CartesiaMessage {
    init(_ message: Span<UInt8>) throws(StreamFault) {
        var limits = JSONLimits()
        limits.bytesMax = Self.bytesMax
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(json: message, limits: limits)
        } catch {
            throw StreamFault(.malformed)
        }
        guard case .string(let type) = document["type"] else { throw StreamFault(.malformed) }
        context = document["context_id"]?.text
        switch type {
        case "chunk":
            guard let data = document["data"]?.text, context != nil else { throw StreamFault(.malformed) }
            do throws(Base64Error) {
                content = .chunk(try Base64.standard.decode(data))
            } catch {
                throw StreamFault(.malformed)
            }
        case "timestamps": content = .words(try Self.words(document["word_timestamps"]))
        case "flush_done": content = .flushed
        case "done": content = .done
        case "error": content = .error(Self.fault(document))
        default: content = .unknown
        }
    }

    /// A longer message is none of Cartesia's: it sends audio in pieces of a second or less.
    static let bytesMax = 4 << 20

    private static func words(_ list: JSONValue?) throws(StreamFault) -> [Word] {
        guard case .array(let words) = list?["words"], case .array(let starts) = list?["start"],
            case .array(let ends) = list?["end"], words.count == starts.count, words.count == ends.count
        else { throw StreamFault(.malformed) }
        var all: [Word] = []
        for (word, (start, end)) in zip(words, zip(starts, ends)) {
            guard let text = word.text, let start = Milliseconds(seconds: start), let end = Milliseconds(seconds: end)
            else { throw StreamFault(.malformed) }
            all.append(Word(text: Private(text), startedAt: start, endedAt: end))
        }
        return all
    }

    private static func fault(_ document: JSONValue) -> StreamFault {
        guard let status = document["status_code"]?.wholeNumber, 400...599 ~= status else {
            return StreamFault(.refused)
        }
        return StreamFault(status: UInt16(status))
    }
}
