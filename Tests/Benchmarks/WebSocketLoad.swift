import Glibc

/// Many WebSocket connections that each send one frame and wait for the answer, over and over, on core 1.
///
/// The frame is made once; the generator does nothing per frame but two system calls, so that it is not what is measured.
struct WebSocketLoad {
    let port: UInt16
    let path: String
    let payload: [UInt8]
    var connections = 64

    /// Answers how many frames came back in the given time.
    func run(seconds: Double) throws -> Int {
        let frame = Self.masked(payload)
        let sockets = try (0..<connections).map { _ in try open() }
        defer { for socket in sockets { socket.close() } }
        let start = Self.now
        var answered = 0
        while Self.now - start < seconds {
            for socket in sockets { try socket.send(frame) }
            for socket in sockets {
                try Self.receiveFrame(socket)
                answered += 1
            }
        }
        return answered
    }

    private func open() throws -> RawSocket {
        let socket = try RawSocket(port: port)
        let request =
            "GET \(path) HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        try socket.send(Array(request.utf8))
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            let more = try socket.receive(1)
            if more.isEmpty {
                throw Trouble("the server closed during the handshake: \(String(decoding: head, as: UTF8.self))")
            }
            head += more
        }
        guard head.starts(with: Array("HTTP/1.1 101".utf8)) else {
            throw Trouble("no upgrade: \(String(decoding: head.prefix(200), as: UTF8.self))")
        }
        return socket
    }

    /// Reads one whole unfragmented frame from the server; a close frame is trouble.
    private static func receiveFrame(_ socket: RawSocket) throws {
        var bytes = try socket.receive()
        while bytes.count < 2 { bytes += try more(socket) }
        if bytes[0] & 0x0f == 8 { throw Trouble("the server closed the WebSocket: \(bytes)") }
        var header = 2
        var length = Int(bytes[1] & 0x7f)
        if length == 126 {
            while bytes.count < 4 { bytes += try more(socket) }
            length = Int(bytes[2]) << 8 | Int(bytes[3])
            header = 4
        }
        var held = bytes.count
        while held < header + length { held += try more(socket).count }
        guard held == header + length else { throw Trouble("the server sent more than one answer to one frame") }
    }

    private static func more(_ socket: RawSocket) throws -> [UInt8] {
        let bytes = try socket.receive()
        if bytes.isEmpty { throw Trouble("the server closed the connection") }
        return bytes
    }

    private static func masked(_ payload: [UInt8]) -> [UInt8] {
        let key: [UInt8] = [0x11, 0x22, 0x33, 0x44]
        let length: [UInt8] =
            payload.count < 126
            ? [0x80 | UInt8(payload.count)] : [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        return [0x81] + length + key + payload.enumerated().map { $1 ^ key[$0 & 3] }
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
