import Wire

enum JSONLaws {
    static func check(_ bytes: [UInt8]) {
        let verdict = scan(bytes)
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(json: bytes)
        } catch {
            // The tree refuses these two besides what the scanner refuses, and may meet them first.
            let isOwn = error.code == .duplicateName || error.code == .numberOutOfRange
            precondition(
                isOwn || error == verdict, "the tree refused \(error), the scanner \(String(describing: verdict))")
            return
        }
        precondition(verdict == nil, "the tree took what the scanner refused")
        for order in [JSONValue.MemberOrder.kept, .sorted] {
            let written = value.bytes(order: order)
            precondition(scan(written) == nil, "what we wrote was refused")
            do throws(JSONError) {
                let again = try JSONValue(json: written)
                precondition(again == value, "what we wrote reads back as another")
                precondition(again.bytes(order: order) == written, "the same was written in two ways")
            } catch {
                preconditionFailure("what we wrote was refused: \(error)")
            }
        }
    }

    private static func scan(_ bytes: [UInt8]) -> JSONError? {
        var json = JSONScanner(bytes.span)
        do throws(JSONError) {
            try json.skip()
            try json.end()
            return nil
        } catch {
            return error
        }
    }
}
