/// One response as it came over the wire.
package struct RawResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    package subscript(name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Takes the first whole response out of `bytes`; nil when there is none yet.
    init?(_ bytes: inout [UInt8], toHead: Bool, isAtEnd: Bool) {
        guard let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "HTTP/1.1", let status = Int(words[1]) else { return nil }
        let headers = lines.dropFirst().map { line -> (name: String, value: String) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        self.status = status
        self.headers = headers
        func value(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
        var rest = bytes[headEnd.upperBound...]
        if toHead || status < 200 || status == 204 || status == 304 {
            body = []
        } else if let length = value("content-length").flatMap({ Int($0) }) {
            guard rest.count >= length else { return nil }
            body = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
        } else if value("transfer-encoding") == "chunked" {
            guard let (body, end) = Self.chunks(rest) else { return nil }
            self.body = body
            rest = rest[end...]
        } else {
            guard isAtEnd else { return nil }
            body = Array(rest)
            rest = []
        }
        bytes = Array(rest)
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], end: Int)? {
        var body: [UInt8] = []
        var index = bytes.startIndex
        while true {
            guard let line = bytes[index...].firstRange(of: Array("\r\n".utf8)),
                let size = Int(String(decoding: bytes[index..<line.lowerBound], as: UTF8.self), radix: 16),
                line.upperBound + size + 2 <= bytes.endIndex
            else { return nil }
            body += bytes[line.upperBound..<line.upperBound + size]
            index = line.upperBound + size + 2
            if size == 0 { return (body, index) }
        }
    }
}
