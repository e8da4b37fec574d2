import Foundation
import Loop

/// One who follows: takes bytes as they come, and holds every event against the one before it of its call.
struct TailReader {
    private enum Part { case head, size, data, dataEnd }

    private(set) var socket: RawSocket
    private(set) var isReady = false
    private(set) var isCut = false
    private(set) var lastID: [UInt8]?
    /// How long each event was on its way, and so how many there were.
    private(set) var waits: [Duration] = []
    var count: Int { waits.count }

    private var part = Part.head
    private var chunk: [UInt8] = []
    private var left = 0
    private var line: [UInt8] = []
    private var name: [UInt8] = []
    private var id: [UInt8]?
    private var data: [UInt8] = []
    private var versions: [UInt64: UInt64] = [:]

    init(_ socket: RawSocket) { self.socket = socket }

    /// Over another connection, behind what it has.
    mutating func goOn(over socket: RawSocket) {
        self.socket = socket
        (part, chunk, left, line, name, isCut) = (.head, [], 0, [], [], false)
        (id, data) = (nil, [])
    }

    mutating func take(_ bytes: [UInt8], at now: Moment) throws {
        for byte in bytes {
            switch part {
            case .head:
                chunk.append(byte)
                guard byte == Self.newline, chunk.suffix(4) == [13, 10, 13, 10] else { continue }
                guard chunk.starts(with: Array("HTTP/1.1 200".utf8)) else {
                    throw Trouble("a reader was refused: \(String(decoding: chunk.prefix(300), as: UTF8.self))")
                }
                (part, chunk) = (.size, [])
            case .size:
                guard byte == Self.newline else {
                    chunk.append(byte)
                    continue
                }
                let digits = String(decoding: chunk.filter { $0 != 13 }, as: UTF8.self)
                guard let size = Int(digits, radix: 16) else { throw Trouble("a chunk of no size: \(digits)") }
                (chunk, left, part) = ([], size == 0 ? 2 : size, size == 0 ? .dataEnd : .data)
            case .data:
                try feed(byte, at: now)
                left -= 1
                if left == 0 { (left, part) = (2, .dataEnd) }
            case .dataEnd:
                left -= 1
                if left == 0 { part = .size }
            }
        }
    }

    private static let newline = UInt8(ascii: "\n")
    private static let (idField, nameField, dataField) = (
        Array("id: ".utf8), Array("event: ".utf8), Array("data: ".utf8)
    )
    private static let (ready, cut, marked) = (Array("ready".utf8), Array("cut".utf8), Array("\"mark\"".utf8))

    private mutating func feed(_ byte: UInt8, at now: Moment) throws {
        guard byte == Self.newline else { return line.append(byte) }
        defer { line.removeAll(keepingCapacity: true) }
        if line.starts(with: Self.idField) {
            id = Array(line.dropFirst(Self.idField.count))
        } else if line.starts(with: Self.nameField) {
            name = Array(line.dropFirst(Self.nameField.count))
        } else if line.starts(with: Self.dataField) {
            data = line
        } else if line.isEmpty, !data.isEmpty {
            try takeEvent(at: now)
        }
    }

    /// Whole only here: what breaks off before its empty line was not told, and its id does not count.
    private mutating func takeEvent(at now: Moment) throws {
        defer { (id, data) = (nil, []) }
        if let id { lastID = id }
        if name == Self.ready {
            isReady = true
        } else if name == Self.cut {
            isCut = true
        } else {
            try takeMark(at: now)
        }
    }

    /// `"mark": "<call>-<version>-<nanoseconds>"`.
    private mutating func takeMark(at now: Moment) throws {
        guard let place = data.firstRange(of: Self.marked) else { throw Trouble("an event without a mark") }
        var numbers: [UInt64] = []
        var number: UInt64?
        for byte in data[place.upperBound...] {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                number = (number ?? 0) * 10 + UInt64(byte - UInt8(ascii: "0"))
            } else if let whole = number {
                numbers.append(whole)
                number = nil
                if numbers.count == 3 { break }
            }
        }
        guard numbers.count == 3 else { throw Trouble("a mark that is none") }
        guard numbers[1] == versions[numbers[0], default: 0] + 1 else {
            throw Trouble("behind \(versions[numbers[0], default: 0]) of a call comes \(numbers[1])")
        }
        versions[numbers[0]] = numbers[1]
        waits.append(now - Moment(nanoseconds: numbers[2]))
    }
}
