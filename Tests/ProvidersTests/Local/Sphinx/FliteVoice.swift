import Domain
import Foundation
import Loop
import TestKit

/// A caller made by flite's own program, which is no part of us: what it says was never near our code.
enum FliteVoice: String, CaseIterable, Sendable {
    /// At 8,000 samples a second.
    case kal
    /// At 16,000.
    case rms

    private static let header = 44

    /// The phrase with silence around it, as a line carries it.
    func say(_ phrase: String, in folder: TemporaryFolder, on loop: Loop) async throws -> (
        audio: [UInt8], format: SoundFormat
    ) {
        let file = folder.path("\(rawValue).wav")
        let output = folder.path("output")
        let child = try ChildProcess("flite", ["-voice", rawValue, "-t", phrase, "-o", file], output: output)
        guard try await child.exit(on: loop) == 0 else { throw CocoaError(.fileReadUnknown) }
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
        let rate = Int(bytes[24]) | Int(bytes[25]) << 8
        let samples = stride(from: Self.header, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
        let silence = [Int16](repeating: 0, count: rate / 2)
        let sound = silence + samples + silence
        guard rate == 8_000 else {
            return (
                sound.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] },
                SoundFormat(.linear16, rate: rate)
            )
        }
        return (sound.map(G711.muLaw.encode), .telephone)
    }
}
