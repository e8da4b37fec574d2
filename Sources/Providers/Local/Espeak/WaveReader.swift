/// Takes samples out of a WAV file that comes in pieces: 16 bits, one channel, whatever length its head claims.
struct WaveReader {
    enum Fault: Error { case notWave }

    /// A head that is longer is none.
    static let headBytesMax = 1_024

    /// Samples a second, once the head is whole.
    private(set) var rate: Int?
    private var rest: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) throws(Fault) -> [Int16] {
        rest += bytes
        if rate == nil { try readHead() }
        guard rate != nil else { return [] }
        let samples = stride(from: 0, to: rest.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(rest[$0]) | UInt16(rest[$0 + 1]) << 8)
        }
        rest.removeFirst(2 * samples.count)
        return samples
    }

    private mutating func readHead() throws(Fault) {
        guard rest.count >= 12 else { return }
        guard rest.starts(with: "RIFF".utf8), rest[8..<12].elementsEqual("WAVE".utf8) else { throw .notWave }
        var (place, found) = (12, 0)
        while place + 8 <= rest.count {
            let (name, length) = (rest[place..<(place + 4)], number(4, at: place + 4))
            place += 8
            if name.elementsEqual("data".utf8) {
                guard found > 0 else { throw .notWave }
                rest.removeFirst(place)
                rate = found
                return
            }
            guard place + length <= Self.headBytesMax else { throw .notWave }
            guard place + length <= rest.count else { return }
            if name.elementsEqual("fmt ".utf8) {
                let isOurs = length >= 16 && number(2, at: place) == 1 && number(2, at: place + 2) == 1
                guard isOurs, number(2, at: place + 14) == 16 else { throw .notWave }
                found = number(4, at: place + 4)
            }
            place += length
        }
        guard rest.count <= Self.headBytesMax else { throw .notWave }
    }

    /// Little end first.
    private func number(_ bytes: Int, at place: Int) -> Int {
        (0..<bytes).reduce(0) { $0 | Int(rest[place + $1]) << (8 * $1) }
    }
}
