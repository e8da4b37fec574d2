import Domain
import Foundation
import TestKit
import Testing

@testable import Providers

/// The network against what its makers' own runtime says of the same sound.
@Suite(.enabled(if: LocalModels.has(SileroNetwork.fileName), "deploy/local/models fetches the model"))
struct SileroTests {
    private static let fixtures = Services.repository + "/Tests/ProvidersTests/Fixtures/Silero/"

    private static func sound() throws -> [Int16] {
        try Data(contentsOf: URL(filePath: fixtures + "sound.mulaw")).map(G711.muLaw.decode)
    }

    private static func expected() throws -> [Float] {
        try String(contentsOf: URL(filePath: fixtures + "probabilities.txt"), encoding: .utf8)
            .split(separator: "\n").compactMap { Float($0) }
    }

    private static func judge(
        _ number: Int, of sound: [Int16], _ listener: SileroListener, _ memory: inout SileroMemory
    ) -> Float {
        let chunk = SileroNetwork.chunk
        return listener.judge(sound.span.extracting(number * chunk..<(number + 1) * chunk), &memory)
    }

    @Test func `each probability is the one that onnxruntime gives`() throws {
        let listener = SileroListener(try SileroNetwork.load(folder: LocalModels.folder))
        let (sound, expected) = (try Self.sound(), try Self.expected())
        try #require(expected.count == 228 && sound.count == expected.count * SileroNetwork.chunk)
        var memory = SileroMemory()
        for (number, expected) in expected.enumerated() {
            let probability = Self.judge(number, of: sound, listener, &memory)
            #expect(abs(probability - expected) < 1e-5, "chunk \(number)")
            #expect((probability >= 0.5) == (expected >= 0.5), "chunk \(number)")
        }
        #expect(expected.filter { $0 >= 0.5 }.count > 100 && expected.filter { $0 < 0.5 }.count > 50)
    }

    @Test func `calls that one listener serves in turn do not hear each other`() throws {
        let network = try SileroNetwork.load(folder: LocalModels.folder)
        let (shared, sound) = (SileroListener(network), try Self.sound())
        let alone = SileroListener(network)
        var (one, two, lone) = (SileroMemory(), SileroMemory(), SileroMemory())
        for number in 0..<40 {
            let heard = Self.judge(number, of: sound, shared, &one)
            _ = Self.judge(120 + number, of: sound, shared, &two)
            #expect(heard == Self.judge(number, of: sound, alone, &lone))
        }
    }

    @Test func `a memory that is kept goes on where it was`() throws {
        let listener = SileroListener(try SileroNetwork.load(folder: LocalModels.folder))
        let sound = try Self.sound()
        var memory = SileroMemory()
        for number in 0..<30 { _ = Self.judge(number, of: sound, listener, &memory) }
        var kept = memory
        let first = Self.judge(30, of: sound, listener, &memory)
        #expect(Self.judge(30, of: sound, listener, &kept) == first)
    }
}
