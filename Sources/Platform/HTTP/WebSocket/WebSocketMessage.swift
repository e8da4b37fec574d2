/// One whole message. The bytes of a text are valid UTF-8.
package struct WebSocketMessage: Hashable, Sendable {
    package enum Kind: Hashable, Sendable { case text, binary }

    package let kind: Kind
    package let bytes: [UInt8]

    package init(_ kind: Kind, _ bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
    }

    package static func text(_ text: String) -> WebSocketMessage { WebSocketMessage(.text, Array(text.utf8)) }
    package static func binary(_ bytes: [UInt8]) -> WebSocketMessage { WebSocketMessage(.binary, bytes) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
