import Loop
import TestKit
import Testing

/// What the API does with requests that no honest client sends. It must refuse, close, and go on serving others.
@Suite(.timeLimit(.minutes(2)), .serialized) struct BadInputTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let status: Int

        init(_ name: String, _ text: String, _ status: Int) {
            (testDescription, self.text, self.status) = (name, text, status)
        }

        /// A body framed in a way that two readers may read differently. Behind it stands a request that must never be
        /// answered.
        static func smuggling(_ name: String, _ headers: String, _ status: Int = 400) -> Attack {
            let head = "POST /healthz HTTP/1.1\r\nHost: test\r\n\(headers)\r\n\r\n"
            return Attack(name, head + "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: test\r\n\r\n", status)
        }
    }

    static let attacks: [Attack] = [
        .smuggling("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked"),
        .smuggling("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5"),
        .smuggling("two lengths", "Content-Length: 5\r\nContent-Length: 6"),
        .smuggling("a list of lengths", "Content-Length: 5, 6"),
        .smuggling("a length with a sign", "Content-Length: +5"),
        .smuggling("a length beyond all numbers", "Content-Length: 99999999999999999999999"),
        .smuggling("a blank before the colon", "Transfer-Encoding : chunked"),
        .smuggling("a folded header", "X: 1\r\n Transfer-Encoding: chunked"),
        .smuggling("a bare line feed", "X: 1\nTransfer-Encoding: chunked"),
        .smuggling("a bare carriage return", "X: 1\rTransfer-Encoding: chunked"),
        .smuggling("a zero byte", "X: 1\u{0}2"),
        .smuggling("chunks twice", "Transfer-Encoding: chunked, chunked", 501),
        .smuggling("an unknown coding", "Transfer-Encoding: xchunked", 501),
        .smuggling("two hosts", "Host: other"),
        Attack("no host", "GET /healthz HTTP/1.1\r\n\r\n", 400),
        Attack(
            "too many headers' bytes",
            "GET /healthz HTTP/1.1\r\nHost: test\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", 431),
        Attack(
            "headers without end",
            "GET /healthz HTTP/1.1\r\nHost: test\r\n" + String(repeating: "X: y\r\n", count: 12_000), 431),
        Attack(
            "a target too long", "GET /\(String(repeating: "x", count: 12_000)) HTTP/1.1\r\nHost: test\r\n\r\n", 414),
        Attack("a body over the limit", "POST /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: 5000\r\n\r\n", 413),
        Attack("no HTTP at all", "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n", 400),
    ]

    @Test func `each is refused once, and the next client is served`() async throws {
        try await Loops.with { loops in
            try await ProcessUnderTest.with(.api, ["LEDGERLINE_BODY_MAX": "4KiB"], on: loops.first) { process in
                try await process.untilReady()
                for attack in Self.attacks {
                    let connection = try await process.connect()
                    try await connection.send(attack.text)
                    let response = try await connection.response()
                    #expect(response.status == attack.status, "\(attack.testDescription): \(response.text)")
                    #expect(response["connection"] == "close", "\(attack.testDescription)")
                    #expect(try await connection.readToEnd() == [], "\(attack.testDescription): a second answer")
                    #expect(try await process.get("/healthz").status == 200, "\(attack.testDescription)")
                }
                let text = try PrometheusText(try await process.get("/metrics").text)
                let refused = text.samples.filter { $0.name == "http_requests_refused_total" }.map(\.value).reduce(0, +)
                #expect(refused == Double(Self.attacks.count))
            }
        }
    }
}
