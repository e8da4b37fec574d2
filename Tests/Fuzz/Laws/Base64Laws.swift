import Wire

enum Base64Laws {
    static func check(_ bytes: [UInt8]) {
        for alphabet in [Base64.standard, .url] {
            let text = Array(alphabet.encode(bytes.span).utf8)
            precondition(decode(text, alphabet) == bytes, "what was encoded decodes to something else")
            guard let plain = decode(bytes, alphabet) else { continue }
            precondition(Array(alphabet.encode(plain.span).utf8) == bytes, "the same bytes have two spellings")
        }
    }

    private static func decode(_ text: [UInt8], _ alphabet: Base64) -> [UInt8]? {
        do throws(Base64Error) {
            return try alphabet.decode(text.span)
        } catch {
            precondition(0...text.count ~= error.offset, "refused at a place outside the text")
            return nil
        }
    }
}
