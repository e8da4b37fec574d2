import Testing
import Wire

/// What is written without a value in between is what is written with one.
struct JSONDirectWritingTests {
    private func text(_ write: (inout JSONWriter) -> Void) -> String {
        var queue = ByteQueue()
        queue.appendJSON(write)
        return queue.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: ["", "plain", "quotes \" and \\", "\u{1}\n\t\u{7f}", "ü 😀"])
    func `a name and a text are the same however they are given`(word: String) {
        let name = JSONName(word)
        let (bytes, list) = (Array(word.utf8), Array("[1]".utf8))
        let direct = text { json in
            json.beginObject()
            json.name(name)
            json.string(utf8: bytes.span.bytes)
            json.name(name)
            json.raw(list.span.bytes)
            json.endObject()
        }
        let plain = text { json in
            json.beginObject()
            json.name(word)
            json.string(word)
            json.name(word)
            json.raw(list.span)
            json.endObject()
        }
        #expect(direct == plain)
    }

    @Test(
        arguments: [
            0, 1, 999, 1_000, 951_782_400_000_000, 1_700_006_400_123_456, 4_107_542_399_999_999,
            253_402_300_799_999_999,
            253_402_300_800_000_000, -1, -62_135_596_800_000_001, .max, .min,
        ] as [Int64])
    func `a time is the same however it is written`(microseconds: Int64) {
        let time = Timestamp(microseconds: microseconds)
        #expect(text { json in json.string { $0.append(time) } } == text { $0.string(time.description) })
    }
}
