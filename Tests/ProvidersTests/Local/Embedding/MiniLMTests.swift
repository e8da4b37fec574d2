import Domain
import Foundation
import Loop
import TestKit
import Testing
import Wire

@testable import Providers

/// The network against an independent implementation of it, and what it is good for.
@Suite(.timeLimit(.minutes(3))) struct MiniLMTests {
    private struct Reference {
        let text: String
        let pieces: [Int32]
        let values: [Float]
    }

    private static func references() throws -> [Reference] {
        let file = BuiltProducts.repository.appending(path: "Tests/ProvidersTests/Fixtures/minilm.json")
        guard case .array(let entries) = try JSONValue(json: [UInt8](try Data(contentsOf: file))) else { return [] }
        return entries.map { entry in
            func numbers(_ name: String) -> [Double] {
                if case .array(let values) = entry[name] { values.compactMap(\.number) } else { [] }
            }
            return Reference(
                text: entry["text"]?.text ?? "", pieces: numbers("pieces").map { Int32($0) },
                values: numbers("values").map { Float($0) })
        }
    }

    @Test func `texts have the vectors that an independent implementation gives them`() async throws {
        let embedder = try Models.miniLM()
        let references = try Self.references()
        #expect(references.count == 7)
        let embeddings = try await embedder.embed(references.map { Private($0.text) })
        for (reference, embedding) in zip(references, embeddings) {
            #expect(reference.values.count == 384)
            #expect(embedding.values.count == EmbeddingSpace.dimensions)
            let error = zip(embedding.values, reference.values).map { abs($0 - $1) }.max() ?? 1
            #expect(error < 5e-6, "\(reference.text.prefix(40))")
            #expect(embedding.values[384...].allSatisfy { $0 == 0 })
        }
        // The numbers of the model's own page.
        #expect(abs((embeddings.first?.values.first ?? 0) - 0.0677) < 1e-4)
    }

    @Test func `texts are cut as the independent implementation cuts them`() throws {
        let text = try String(contentsOfFile: Models.folder + "/" + MiniLMEmbedder.vocabulary, encoding: .utf8)
        let pieces = try WordPieces(vocabulary: text)
        for reference in try Self.references() { #expect(pieces.pieces(of: reference.text) == reference.pieces) }
        let long = pieces.pieces(of: Array(repeating: "card", count: 1_000).joined(separator: " "))
        #expect(long.count == WordPieces.piecesMax)
        #expect(pieces.pieces(of: String(repeating: "a", count: WordPieces.wordMax + 1)).count == 3)
        #expect(pieces.pieces(of: "").count == 2)
    }

    @Test func `a paraphrase is nearer than what shares words and means something else`() async throws {
        let texts = ["what are your opening hours", "when do you open", "what are your prices"]
        let points = try await Models.miniLM().embed(texts.map(Private.init))
        let (same, other) = (points[0].likeness(to: points[1]) ?? 0, points[0].likeness(to: points[2]) ?? 1)
        #expect(same > MiniLMEmbedder.space.sameMeaning)
        #expect(same > other)
        let hashed = try await HashedEmbedder().embed(texts.map(Private.init))
        #expect((hashed[0].likeness(to: hashed[1]) ?? 1) < (hashed[0].likeness(to: hashed[2]) ?? 0))
        // Of two spaces nothing is compared.
        #expect(points[0].likeness(to: hashed[0]) == nil)
        #expect(MiniLMEmbedder.space.name == "local/all-MiniLM-L6-v2/1/768")
        #expect(HashedEmbedder.space.name == "local/hashed-ngrams/1/768")
    }

    @Test func `weights that are not the pinned ones are refused`() async throws {
        try await TemporaryFolder.with { folder in
            let lane = try Lane(name: "embed")
            #expect(throws: WeightsFault.unreadable) { try MiniLMEmbedder(folder: folder.path, on: lane) }
            try Data("[UNK]\n[CLS]\n[SEP]\n".utf8).write(to: URL(filePath: folder.path(MiniLMEmbedder.vocabulary)))
            #expect(throws: WeightsFault.foreign) { try MiniLMEmbedder(folder: folder.path, on: lane) }
        }
        #expect(throws: WeightsFault.malformed) { try WordPieces(vocabulary: "a\nb\n") }
    }
}
