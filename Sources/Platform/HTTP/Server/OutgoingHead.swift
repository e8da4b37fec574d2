import Wire

/// What a response's head says besides the response, and how it becomes bytes.
struct OutgoingHead {
    /// How the client finds the body's end.
    enum Framing: Equatable {
        /// The status itself says that there is none.
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    /// What is said about the connection.
    enum Persistence {
        /// The version's default.
        case unsaid
        case keepAlive
        case close
        /// The handler's own word, with a change of protocol.
        case upgrade
    }

    let framing: Framing
    let persistence: Persistence
    let date: [UInt8]

    func append(_ response: borrowing Response, to output: inout ByteQueue) {
        output.reserve(256)
        if response.status == .ok {
            output.append("HTTP/1.1 200 OK\r\n")
        } else {
            output.append("HTTP/1.1 ")
            output.append(decimal: Int(response.status.rawValue))
            output.append(" ")
            output.append(response.status.reason)
            output.append("\r\n")
        }
        output.append(date)
        if let type = response.contentType {
            output.append("Content-Type: ")
            output.append(type.text)
            output.append("\r\n")
        }
        if !response.headers.isEmpty { append(response.headers, to: &output) }
        switch framing {
        case .none: break
        case .length(let length):
            output.append("Content-Length: ")
            output.append(decimal: length)
            output.append("\r\n")
        case .chunked: output.append("Transfer-Encoding: chunked\r\n")
        case .untilClose: break
        }
        switch persistence {
        case .unsaid, .upgrade: break
        case .keepAlive: output.append("Connection: keep-alive\r\n")
        case .close: output.append("Connection: close\r\n")
        }
        output.append("\r\n")
    }

    private func append(_ headers: Headers, to output: inout ByteQueue) {
        let bytes = headers.bytes.span
        for field in headers.fields where !isReserved(bytes, field.name) {
            output.append(bytes.extracting(field.name))
            output.append(": ")
            output.append(bytes.extracting(field.value))
            output.append("\r\n")
        }
    }

    /// Headers that the server alone writes; a change of protocol has its own `Connection`.
    private func isReserved(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
        switch name.count {
        case 4: bytes.holds(caseless: "date", in: name)
        case 10: persistence != .upgrade && bytes.holds(caseless: "connection", in: name)
        case 14: bytes.holds(caseless: "content-length", in: name)
        case 17: bytes.holds(caseless: "transfer-encoding", in: name)
        default: false
        }
    }
}
