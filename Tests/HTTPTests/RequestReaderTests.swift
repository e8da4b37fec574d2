import TestKit
import Testing

@testable import HTTP

/// The parser sees the same, however its bytes are cut.
@Suite struct RequestReaderTests {
    private static let limits: Limits.Message = {
        var limits = Limits.Message()
        limits.headBytes = 600
        limits.targetBytes = 200
        limits.bodyBytes = 500
        limits.trailerBytes = 100
        return limits
    }()

    /// What came out of a stream of bytes, in words; it ends with a fault.
    private static func read(_ bytes: [UInt8], pieces: [Int]) -> [String] {
        var reader = RequestReader(limits)
        var waiting: [UInt8] = []
        var seen: [String] = []
        var start = 0
        for piece in pieces {
            waiting += bytes[start..<start + piece]
            start += piece
            var index = 0
            reading: while true {
                switch reader.read(waiting.span, &index) {
                case .needsMore: break reading
                case .needsContinue: continue
                case .request(let request):
                    let headers = request.headers.all.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
                    seen.append("\(request.method) \(request.target) \(headers) \(request.body) \(request.keepsAlive)")
                case .fault(let fault): return seen + [fault.rawValue]
                }
            }
            waiting.removeFirst(index)
        }
        return seen
    }

    private static let messages = [
        "GET /a/b?c=d HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
        "\r\nPOST /p HTTP/1.1\r\nHost:x\r\nContent-Length: 11\r\n\r\nhello world",
        "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n006\r\n world\r\n0\r\nT: u\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "PUT /q HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
    ]
    private static let faulty = [
        "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", "GET / HTTP/1.1\nHost: x\r\n\r\n",
        "GET /\(String(repeating: "a", count: 300)) HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: \(String(repeating: "a", count: 900))\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1f5\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 501\r\n\r\n",
    ]

    @Test func `cut at any place or at every place, a stream of requests reads the same`() {
        for end in Self.faulty {
            let bytes = Array((Self.messages.joined() + end).utf8)
            let whole = Self.read(bytes, pieces: [bytes.count])
            #expect(whole.count == Self.messages.count + 1)
            #expect(Self.read(bytes, pieces: Array(repeating: 1, count: bytes.count)) == whole)
            for cut in 1..<bytes.count where cut % 7 == 0 {
                #expect(Self.read(bytes, pieces: [cut, bytes.count - cut]) == whole)
            }
        }
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `damaged anywhere and cut anywhere, it never reads two different things`(seed: UInt64) {
        var random = Seeded(seed)
        var bytes = Array(
            ((0..<3).compactMap { _ in Self.messages.randomElement(using: &random) }.joined() + Self.faulty[0]).utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let odd: [UInt8] = [0, 9, 10, 13, 32, 44, 58, 59, 127, 255, UInt8.random(in: 0...255, using: &random)]
            switch Int.random(in: 0...2, using: &random) {
            case 0: bytes[place] = odd.randomElement(using: &random) ?? 0
            case 1: bytes.insert(odd.randomElement(using: &random) ?? 0, at: place)
            default: bytes.remove(at: place)
            }
        }
        // Ends every head and line that damage left open.
        bytes += Array("\r\n\r\n\n".utf8) + [UInt8](repeating: 10, count: 700)
        let whole = Self.read(bytes, pieces: [bytes.count])
        var pieces: [Int] = []
        while pieces.reduce(0, +) < bytes.count {
            pieces.append(min(Int.random(in: 1...40, using: &random), bytes.count - pieces.reduce(0, +)))
        }
        #expect(Self.read(bytes, pieces: pieces) == whole, "seed \(seed)")
        #expect(Self.read(bytes, pieces: Array(repeating: 1, count: bytes.count)) == whole, "seed \(seed)")
    }

}
