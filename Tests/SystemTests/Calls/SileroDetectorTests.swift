import Domain
import Foundation
import Providers
import TestKit
import Testing

@testable import Realtime

/// The folder of models, for tests: what `LEDGERLINE_MODELS` names, or where `deploy/local/models` puts them.
enum LocalModels {
    static let folder =
        ProcessInfo.processInfo.environment["LEDGERLINE_MODELS"] ?? Services.repository + "/.ledgerline/models"
    static let hasSilero = FileManager.default.fileExists(atPath: folder + "/" + SileroNetwork.fileName)
    static let hasFlite = (try? FliteDesk(.kal, threads: 1)) != nil
}

/// The detector that calls use, fed as a carrier feeds it.
@Suite(.enabled(if: LocalModels.hasSilero, "deploy/local/models fetches it"))
struct SileroDetectorTests {
    private static let fixtures = Services.repository + "/Tests/ProvidersTests/Fixtures/Silero/"

    private static func sound() throws -> [Int16] {
        try Data(contentsOf: URL(filePath: fixtures + "sound.mulaw")).map(G711.muLaw.decode)
    }

    private static func judged(_ sound: [Int16], frame: Int) throws -> [VoiceActivity] {
        var detector = SileroDetector(SileroListener(try .load(folder: LocalModels.folder)))
        return stride(from: 0, to: sound.count, by: frame).map {
            detector.judge(sound.span.extracting($0..<min($0 + frame, sound.count)))
        }
    }

    /// 20 ms are five eighths of a chunk: five chunks end in eight frames.
    @Test func `frames of the line are judged by the chunk that ended last`() throws {
        let expected = try String(contentsOf: URL(filePath: Self.fixtures + "probabilities.txt"), encoding: .utf8)
            .split(separator: "\n").compactMap { Double($0) }
        let judged = try Self.judged(try Self.sound(), frame: 160)
        #expect(judged.count == 365)
        for (number, activity) in judged.enumerated() {
            let chunks = min(expected.count, (number + 1) * 160 / SileroNetwork.chunk)
            let probability = Fraction(chunks == 0 ? 0 : expected[chunks - 1]) ?? Fraction(percent: 0)
            let tolerance = Fraction(0.001) ?? Fraction(percent: 0)
            #expect(
                max(activity.probability, probability).value - min(activity.probability, probability).value
                    <= tolerance.value, "frame \(number)")
        }
    }

    @Test func `a long frame is as likely as its likeliest chunk`() throws {
        let sound = try Self.sound()
        let whole = try Self.judged(sound, frame: sound.count)
        #expect(whole.count == 1 && whole[0].probability > Fraction(percent: 99))
    }

    @Test func `a tone and loud noise are no speech, though they are loud`() throws {
        // Where they lie, in frames: the tone and the noise behind it, without the first breath of either.
        var energy = EnergyDetector()
        let sound = try Self.sound()
        let judged = try Self.judged(sound, frame: 160)
        let loud = judged.indices.filter { 182..<225 ~= $0 }
        #expect(loud.allSatisfy { judged[$0].energy > Fraction(percent: 5) })
        #expect(loud.allSatisfy { judged[$0].probability < Fraction(percent: 50) })
        let byLoudness = judged.indices.map { frame in
            energy.judge(sound.span.extracting(frame * 160..<min(frame * 160 + 160, sound.count))).probability
        }
        #expect(loud.contains { byLoudness[$0] >= Fraction(percent: 50) })
    }
}
