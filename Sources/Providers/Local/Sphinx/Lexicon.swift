import Foundation

/// How words are pronounced: a dictionary in the form of CMU's, kept as it is on disk, with an index.
struct Lexicon: Sendable {
    /// CMU's has three; more is not a dictionary.
    static let bytesMax = 64 << 20
    /// The sounds that the acoustic model knows.
    static let sounds: Set<String> = [
        "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH",
        "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
    ]

    private let bytes: [UInt8]
    /// From a word's digest to where its first line begins; its further pronunciations stand directly behind.
    private let places: [UInt64: UInt32]

    init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        guard data.count <= Self.bytesMax else { throw CocoaError(.fileReadTooLarge) }
        self.init([UInt8](data))
    }

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var places: [UInt64: UInt32] = [:]
        places.reserveCapacity(bytes.count / 20)
        var place = 0
        while place < bytes.count {
            let start = place
            var digest = Self.basis
            while place < bytes.count, bytes[place] > Self.space, bytes[place] != Self.bracket || place == start {
                digest = Self.mix(digest, bytes[place])
                place += 1
            }
            // "word(2)" belongs to "word".
            if place > start, places[digest] == nil { places[digest] = UInt32(start) }
            while place < bytes.count, bytes[place] != Self.newline { place += 1 }
            place += 1
        }
        self.places = places
    }

    func knows(_ word: String) -> Bool { !lines(of: word).isEmpty }

    /// The dictionary's lines for a word, one for each way to say it.
    func lines(of word: String) -> [String] {
        let name = Array(word.utf8)
        guard !name.isEmpty, let first = places[name.reduce(Self.basis, Self.mix)] else { return [] }
        var lines: [String] = []
        var place = Int(first)
        while let line = line(at: place), isLine(line, of: name) {
            lines.append(String(decoding: line, as: UTF8.self))
            place = line.endIndex + 1
        }
        return lines
    }

    private func line(at place: Int) -> ArraySlice<UInt8>? {
        guard place < bytes.count else { return nil }
        return bytes[place...].prefix { $0 != Self.newline }
    }

    private func isLine(_ line: ArraySlice<UInt8>, of name: [UInt8]) -> Bool {
        guard line.starts(with: name), line.count > name.count else { return false }
        let next = line[line.startIndex + name.count]
        return next == Self.space || next == Self.bracket
    }

    private static let basis: UInt64 = 0xcbf2_9ce4_8422_2325
    private static func mix(_ digest: UInt64, _ byte: UInt8) -> UInt64 { (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    private static let space = UInt8(ascii: " ")
    private static let bracket = UInt8(ascii: "(")
    private static let newline = UInt8(ascii: "\n")
}
