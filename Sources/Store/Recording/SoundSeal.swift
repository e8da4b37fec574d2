import Crypto
import Domain

/// Seals stored sound with the key of its call, piece by piece, each in its place: any part can be read alone, and no piece stands for another.
/// Who destroys that key has made the sound unreadable, wherever copies of it lie.
package struct SoundSeal: Sendable {
    /// Of sound in one box; the last has fewer.
    package static let pieceBytes = 64 << 10
    /// Of a sealed file's name: no player shall try.
    static let suffix = ".sealed"

    /// Which key it is.
    let id: Int64
    private let box: SealedBox
    private let recording: RecordingID

    init(_ key: SubjectKey, _ recording: RecordingID) { (id, box, self.recording) = (key.id, key.box, recording) }

    static func byteCount(of plain: Int) -> Int {
        plain + (plain + pieceBytes - 1) / pieceBytes * SealedBox.overhead
    }

    func seal(_ piece: [UInt8], _ number: Int) -> [UInt8] {
        let place = place(number)
        return box.seal(piece.span, associated: place.span)
    }

    private func place(_ number: Int) -> [UInt8] {
        recording.uuid.bytes + (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// A part of the sound, of which there are `byteCount` bytes. `read` gives what is sealed, all at once.
    package func open(
        _ range: Range<Int>, of byteCount: Int, _ read: (_ place: Int, _ count: Int) async throws -> [UInt8]
    ) async throws -> [UInt8] {
        guard !range.isEmpty else { return [] }
        let (first, last) = (range.lowerBound / Self.pieceBytes, (range.upperBound - 1) / Self.pieceBytes)
        let boxBytes = Self.pieceBytes + SealedBox.overhead
        let end = Self.byteCount(of: min((last + 1) * Self.pieceBytes, byteCount))
        let sealed = try await read(first * boxBytes, end - first * boxBytes)
        guard sealed.count == end - first * boxBytes else { throw SealedBox.Failure.doesNotOpen }
        var plain: [UInt8] = []
        plain.reserveCapacity((last - first + 1) * Self.pieceBytes)
        for number in first...last {
            let start = (number - first) * boxBytes
            let (piece, place) = (Array(sealed[start..<min(start + boxBytes, sealed.count)]), place(number))
            plain += try box.openedBytes(piece.span, associated: place.span)
        }
        let before = first * Self.pieceBytes
        return Array(plain[range.lowerBound - before..<range.upperBound - before])
    }
}
