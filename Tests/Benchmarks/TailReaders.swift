import Foundation
import Glibc
import Loop

/// Those who follow, each on a connection of its own, from one thread of a process of its own.
///
///     Benchmarks follow <port> <token> <readers> <events for each> <events for the slow one>
///
/// Says `following` when all do, and at the end how many lines they were told and how long those were on their way.
struct TailReaders {
    static let type = "call.changed"
    static let floodType = "turn.ended"
    /// What the slow one's kernel holds for it.
    private static let slowBuffer: Int32 = 4_096
    private static let quickBuffer: Int32 = 1_048_576
    /// Nothing came for so long: nothing will.
    private static let patience: Int32 = 20_000
    /// In seconds, from when it begins to read.
    private static let catchUpMax = 120
    /// More would say that it never gets anywhere.
    private static let cutsMax = 20

    private let port: UInt16
    private let token: String

    static func main(_ arguments: [String]) throws {
        guard arguments.count == 5, let port = UInt16(arguments[0]), let count = Int(arguments[2]),
            let events = Int(arguments[3]), let flood = Int(arguments[4])
        else { throw Trouble("follow <port> <token> <readers> <events for each> <events for the slow one>") }
        var limit = rlimit(rlim_cur: 8_192, rlim_max: 8_192)
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw Trouble("no more than 8,192 files may be open: raise `ulimit -n`")
        }
        try TailReaders(port: port, token: arguments[1]).run(count, events, flood)
    }

    private func run(_ count: Int, _ events: Int, _ flood: Int) throws {
        var readers: [TailReader] = []
        for _ in 0..<count {
            var reader = try follow(Self.type)
            try untilReady(&reader)
            readers.append(reader)
        }
        var slow = try follow(Self.floodType, buffer: Self.slowBuffer)
        try untilReady(&slow)
        print("following")
        fflush(nil)
        try read(&readers, until: events)
        let waits = readers.flatMap(\.waits).sorted()
        let cuts = try goOn(&slow, until: flood)
        guard cuts > 0 else { throw Trouble("the slow reader was never cut") }
        func at(_ part: Int) -> Double { waits[waits.count * part / 100].inSeconds * 1_000 }
        print("\(waits.count) \(at(50)) \(at(99))")
    }

    private func follow(_ type: String, buffer: Int32? = nil, after last: [UInt8]? = nil) throws -> TailReader {
        let socket = try RawSocket(port: port)
        if var buffer {
            setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
        }
        let again = last.map { "Last-Event-ID: \(String(decoding: $0, as: UTF8.self))\r\n" } ?? ""
        try socket.send(
            Array(
                """
                GET /api/v1/events/stream?type=\(type) HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer \(token)\r\n\
                Accept: text/event-stream\r\n\(again)\r\n
                """.utf8))
        return TailReader(socket)
    }

    private func untilReady(_ reader: inout TailReader) throws {
        while !reader.isReady { try reader.take(reader.socket.receive(), at: .now) }
    }

    private func read(_ readers: inout [TailReader], until events: Int) throws {
        var polls = readers.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
        var missing = readers.count
        while missing > 0 {
            guard poll(&polls, nfds_t(polls.count), Self.patience) > 0 else {
                throw Trouble("\(missing) readers miss events, the first has \(readers.first?.count ?? 0) of \(events)")
            }
            for index in polls.indices where polls[index].revents != 0 {
                let bytes = try readers[index].socket.receive()
                guard !bytes.isEmpty else { throw Trouble("a reader was sent away") }
                let before = readers[index].count
                try readers[index].take(bytes, at: .now)
                guard !readers[index].isCut else { throw Trouble("a reader was cut that reads") }
                if before < events, readers[index].count >= events { missing -= 1 }
            }
        }
        guard readers.allSatisfy({ $0.count == events }) else { throw Trouble("a reader was told too much") }
    }

    /// Reads at last, and comes again wherever it is cut, or was left by the server, which waits for nobody for long. Answers how often.
    private func goOn(_ reader: inout TailReader, until events: Int) throws -> Int {
        var cuts = 0
        let end = Moment.now + .seconds(Self.catchUpMax)
        // Now it is in a hurry.
        var buffer = Self.quickBuffer
        setsockopt(reader.socket.descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, socklen_t(MemoryLayout<Int32>.size))
        while reader.count < events {
            // Signs of life come all along, so waiting for a silence would be no end.
            guard Moment.now < end else { throw Trouble("the slow reader misses \(events - reader.count) events") }
            let bytes = try reader.socket.receive()
            if !bytes.isEmpty { try reader.take(bytes, at: .now) }
            guard bytes.isEmpty || reader.isCut else { continue }
            cuts += 1
            guard let last = reader.lastID, cuts <= Self.cutsMax else {
                throw Trouble("the slow reader was sent away without a place to go on from")
            }
            reader.socket.close()
            reader.goOn(over: try follow(Self.floodType, after: last).socket)
        }
        guard reader.count == events else { throw Trouble("the slow reader was told too much") }
        return cuts
    }
}
