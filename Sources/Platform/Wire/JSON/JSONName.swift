/// A member's name as it stands in a document, quotes and colon and all: made once, written often.
package struct JSONName: Hashable, Sendable {
    let bytes: [UInt8]

    package init(_ text: String) {
        var queue = ByteQueue()
        queue.append(quoted: text)
        queue.append(UInt8(ascii: ":"))
        bytes = unsafe queue.withUnsafeBytes { unsafe Array($0) }
    }
}
