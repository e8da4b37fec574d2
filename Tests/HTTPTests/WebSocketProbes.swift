@testable import HTTP

/// What a client may send to an echoing server, right or wrong, and what must come back.
struct WebSocketProbe: CustomStringConvertible, Sendable {
    let description: String
    let input: [UInt8]
    let output: [WebSocketFrame]

    static let limit = 1 << 20

    private init(_ name: String, _ frames: [WebSocketFrame], gives output: [WebSocketFrame], masked: Bool = true) {
        description = name
        input = frames.flatMap { $0.bytes(masked: masked) }
        self.output = output
    }

    private init(_ name: String, _ frames: [WebSocketFrame], closes code: WebSocketCloseCode, _ reason: String) {
        self.init(name, frames, gives: [.close(Int(code.number), reason)])
    }

    private init(_ name: String, breaks reason: String, _ frames: WebSocketFrame...) {
        self.init(name, frames, closes: .protocolError, reason)
    }

    private init(_ name: String, header: [UInt8], closes code: WebSocketCloseCode, _ reason: String) {
        description = name
        input = header
        output = [.close(Int(code.number), reason)]
    }

    private static let start = WebSocketFrame(1, "ab", final: 0)

    static let all: [WebSocketProbe] = right + refused + codes + text + sizes

    private static let right = [
        WebSocketProbe("a text", [.init(1, "hi")], gives: [.init(1, "hi")]),
        WebSocketProbe("an empty text", [.init(1, "")], gives: [.init(1, "")]),
        WebSocketProbe("a binary", [.init(2, [0, 255, 7])], gives: [.init(2, [0, 255, 7])]),
        WebSocketProbe(
            "three fragments with a ping between",
            [start, .init(9, "pp"), .init(0, "cd", final: 0), .init(0, "ef")],
            gives: [.init(10, "pp"), .init(1, "abcdef")]),
        WebSocketProbe(
            "empty fragments", [.init(2, "", final: 0), .init(0, "", final: 0), .init(0, "x")], gives: [.init(2, "x")]),
        WebSocketProbe("a ping", [.init(9, "xyz")], gives: [.init(10, "xyz")]),
        WebSocketProbe(
            "a ping of 125 bytes", [.init(9, .init(repeating: 7, count: 125))],
            gives: [.init(10, .init(repeating: 7, count: 125))]),
        WebSocketProbe("a pong nobody asked for", [.init(10, "x"), .init(1, "hi")], gives: [.init(1, "hi")]),
        WebSocketProbe("a close", [.close(1000, "bye")], gives: [.close(1000)]),
        WebSocketProbe("a close without a code", [.init(8, "")], gives: [.init(8, "")]),
        WebSocketProbe("what follows a close is not looked at", [.close(1000), .init(3, "x")], gives: [.close(1000)]),
        WebSocketProbe(
            "125 bytes", [.init(2, .init(repeating: 1, count: 125))], gives: [.init(2, .init(repeating: 1, count: 125))]
        ),
        WebSocketProbe(
            "126 bytes", [.init(2, .init(repeating: 1, count: 126))], gives: [.init(2, .init(repeating: 1, count: 126))]
        ),
        WebSocketProbe(
            "65,535 bytes", [.init(2, .init(repeating: 1, count: 65535))],
            gives: [.init(2, .init(repeating: 1, count: 65535))]),
        WebSocketProbe(
            "200,000 bytes", [.init(2, .init(repeating: 121, count: 200_000))],
            gives: [.init(2, .init(repeating: 121, count: 200_000))]),
    ]

    private static let refused = [
        WebSocketProbe(
            "a frame that is not masked", [.init(1, "hi")], gives: [.close(1002, "frame not masked")], masked: false),
        WebSocketProbe("RSV1 without compression", breaks: "reserved bits set", .init(1, "hi", reserved: 0x40)),
        WebSocketProbe("RSV2", breaks: "reserved bits set", .init(1, "hi", reserved: 0x20)),
        WebSocketProbe("RSV3", breaks: "reserved bits set", .init(1, "hi", reserved: 0x10)),
        WebSocketProbe("opcode 3", breaks: "unknown opcode", .init(3, "hi")),
        WebSocketProbe("opcode 11", breaks: "unknown opcode", .init(11, "hi")),
        WebSocketProbe("a ping in fragments", breaks: "control frame in fragments", .init(9, "hi", final: 0)),
        WebSocketProbe(
            "a ping of 126 bytes", breaks: "control frame too long", .init(9, .init(repeating: 7, count: 126))),
        WebSocketProbe("a continuation of nothing", breaks: "continuation of nothing", .init(0, "hi")),
        WebSocketProbe("a message inside another", breaks: "new message inside another", start, .init(1, "hi")),
        WebSocketProbe("a close of one byte", breaks: "close frame of one byte", .init(8, [3])),
        WebSocketProbe(
            "5 bytes said in 16 bits", header: [0x82, 0x80 | 126, 0, 5], closes: .protocolError,
            "length not in its shortest form"),
        WebSocketProbe(
            "65,535 bytes said in 64 bits", header: [0x82, 0x80 | 127, 0, 0, 0, 0, 0, 0, 255, 255],
            closes: .protocolError, "length not in its shortest form"),
        WebSocketProbe(
            "a length below zero", header: [0x82, 0x80 | 127, 128, 0, 0, 0, 0, 0, 0, 0], closes: .protocolError,
            "length with its highest bit set"),
    ]

    private static let codes =
        [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535].map {
            WebSocketProbe("close code \($0)", breaks: "close code that may not be sent", .close($0))
        }
        + [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999].map {
            WebSocketProbe("close code \($0)", [.close($0, "so")], gives: [.close($0)])
        }

    private static let text =
        [
            ("a lone continuation byte", [0x80]), ("bytes that are never UTF-8", [0xff, 0xfe]),
            ("an overlong slash", [0xc0, 0xaf]), ("an overlong NUL", [0xe0, 0x80, 0x80]),
            ("a surrogate", [0xed, 0xa0, 0x80]), ("beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]),
            ("half a character", [0x61, 0xe2, 0x82]),
            ("a wrong byte after eight", Array("12345678".utf8) + [0xc3, 0x28]),
        ].map { (name: String, bytes: [UInt8]) in
            WebSocketProbe("text with \(name)", [.init(1, bytes)], closes: .invalidData, "text is not UTF-8")
        } + [
            WebSocketProbe(
                "a character cut between fragments", [.init(1, [0xe2, 0x82], final: 0), .init(0, [0xac])],
                gives: [.init(1, "€")]),
            WebSocketProbe(
                "wrong text in a fragment, before the last", [.init(1, [0x61, 0xff], final: 0)], closes: .invalidData,
                "text is not UTF-8"),
            WebSocketProbe(
                "half a character at the last fragment", [.init(1, [0xe2], final: 0), .init(0, [0x82])],
                closes: .invalidData, "text is not UTF-8"),
            WebSocketProbe(
                "a reason that is not UTF-8", [.init(8, [3, 232, 0xff])], closes: .invalidData, "text is not UTF-8"),
            WebSocketProbe("bytes that are not UTF-8 in a binary", [.init(2, [0xff])], gives: [.init(2, [0xff])]),
        ]

    private static let sizes = [
        WebSocketProbe(
            "a message at the limit", [.init(2, .init(repeating: 0, count: limit))],
            gives: [.init(2, .init(repeating: 0, count: limit))]),
        WebSocketProbe(
            "a header that announces too much", header: [0x82, 0x80 | 127, 0, 0, 0, 0, 0, 0x10, 0, 1],
            closes: .messageTooBig, "message too big"),
        WebSocketProbe(
            "a header that announces exabytes", header: [0x82, 0x80 | 127, 0x7f, 255, 255, 255, 255, 255, 255, 255],
            closes: .messageTooBig, "message too big"),
        WebSocketProbe(
            "fragments beyond the limit together",
            [.init(2, .init(repeating: 0, count: limit), final: 0), .init(0, [1])],
            closes: .messageTooBig, "message too big"),
    ]
}
