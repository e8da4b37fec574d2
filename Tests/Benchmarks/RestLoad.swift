import Foundation
import Loop

/// Requests over a few connections that stay, from one thread: as many as are answered, or so many in a second whatever becomes of
/// those before them. Started again in a process of its own, so that it is on another core than the server.
///
///     Benchmarks load <port> <file> <connections> <seconds> <requests a second, or 0>
struct RestLoad {
    struct Result {
        let count: Int
        let seconds: Double
        let half: Double
        let high: Double
    }

    private struct Connection {
        let socket: RawSocket
        var due: Moment?
        var bytes: [UInt8] = []
        /// How long the answer will be, once its head is there.
        var length: Int?
    }

    private let requests: [[UInt8]]
    private var connections: [Connection]
    private var sent = 0
    private var waits: [Duration] = []
    private let began = Moment.now

    // MARK: - From outside

    /// One request over and over, or each of many once.
    static func run(port: UInt16, _ requests: [[UInt8]], connections: Int = 16, seconds: Double, perSecond: Int = 0)
        throws
        -> Result
    {
        let file = FileManager.default.temporaryDirectory.appending(path: "ledgerline-load-\(port)")
        var data = Data()
        for request in requests {
            withUnsafeBytes(of: UInt32(request.count)) { data.append(contentsOf: $0) }
            data.append(contentsOf: request)
        }
        try data.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let text = try Child(
            core: 1, Child.ownPath, ["load", "\(port)", file.path, "\(connections)", "\(seconds)", "\(perSecond)"]
        ).finish()
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard numbers.count == 4, numbers[0] > 0 else { throw Trouble("the load said nothing usable: \(text)") }
        return Result(count: Int(numbers[0]), seconds: numbers[1], half: numbers[2], high: numbers[3])
    }

    static func main(_ arguments: [String]) throws {
        guard arguments.count == 5, let port = UInt16(arguments[0]), let connections = Int(arguments[2]),
            let seconds = Double(arguments[3]), let perSecond = Int(arguments[4])
        else { throw Trouble("load <port> <file> <connections> <seconds> <requests a second>") }
        var rest = try Data(contentsOf: URL(filePath: arguments[1]))[...]
        var requests: [[UInt8]] = []
        while rest.count >= 4 {
            let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            requests.append(Array(rest.dropFirst(4).prefix(count)))
            rest = rest.dropFirst(4 + count)
        }
        var load = try RestLoad(port: port, requests, connections: connections)
        try load.run(seconds: seconds, perSecond: perSecond)
        load.report()
    }

    // MARK: - Inside

    private init(port: UInt16, _ requests: [[UInt8]], connections: Int) throws {
        self.requests = requests
        self.connections = try (0..<connections).map { _ in Connection(socket: try RawSocket(port: port)) }
    }

    private var isOut: Bool { requests.count > 1 && sent == requests.count }

    private mutating func run(seconds: Double, perSecond: Int) throws {
        let end = began + .nanoseconds(Int64(seconds * 1e9))
        while true {
            let now = Moment.now
            let isOver = now >= end || isOut
            if !isOver { try send(now, perSecond) }
            if connections.allSatisfy({ $0.due == nil }) {
                if isOver { return }
                if perSecond > 0 { usleep(50) }
                continue
            }
            try receive(waiting: perSecond > 0 && !isOver ? 0 : 100)
        }
    }

    /// On each connection that is free, what is due.
    private mutating func send(_ now: Moment, _ perSecond: Int) throws {
        for index in connections.indices where connections[index].due == nil && !isOut {
            var due = now
            if perSecond > 0 {
                due = began + .nanoseconds(Int64(sent) * 1_000_000_000 / Int64(perSecond))
                if due > now { return }
            }
            connections[index].due = due
            try connections[index].socket.send(requests[requests.count > 1 ? sent : 0])
            sent += 1
        }
    }

    private mutating func receive(waiting: Int32) throws {
        var polls = connections.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
        guard poll(&polls, nfds_t(polls.count), waiting) > 0 else { return }
        for index in connections.indices where polls[index].revents != 0 {
            let more = try connections[index].socket.receive()
            guard !more.isEmpty else { throw Trouble("the server closed a connection") }
            connections[index].bytes += more
            if connections[index].length == nil {
                connections[index].length = try Self.length(connections[index].bytes)
            }
            guard let length = connections[index].length, let due = connections[index].due,
                connections[index].bytes.count >= length
            else { continue }
            waits.append(Moment.now - due)
            connections[index].bytes.removeAll(keepingCapacity: true)
            connections[index].length = nil
            connections[index].due = nil
        }
    }

    /// Of the whole answer; nil while its head is not there. Anything but 200 ends it all.
    private static func length(_ bytes: [UInt8]) throws -> Int? {
        guard let head = bytes.firstRange(of: [13, 10, 13, 10]) else { return nil }
        let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).lowercased()
        guard text.hasPrefix("http/1.1 200") else {
            throw Trouble("an answer that was not expected: \(String(decoding: bytes.prefix(1_000), as: UTF8.self))")
        }
        guard let match = text.firstMatch(of: /content-length: *(\d+)/), let count = Int(match.1) else {
            throw Trouble("an answer without its length: \(text)")
        }
        return head.upperBound + count
    }

    private func report() {
        let sorted = waits.sorted()
        let took = (Moment.now - began).inSeconds
        func at(_ part: Int) -> Double { sorted.isEmpty ? 0 : sorted[sorted.count * part / 100].inSeconds * 1_000 }
        print("\(sorted.count) \(took) \(at(50)) \(at(99))")
    }
}
