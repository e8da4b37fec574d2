import Crypto
package import Domain
import Foundation
package import Loop
import Wire

/// Embeddings on this machine, without any account: all-MiniLM-L6-v2, on a thread of its own.
package final class MiniLMEmbedder: Embedder {
    /// In the folder of models.
    static let weights = "model.safetensors"
    static let vocabulary = "vocab.txt"
    /// SHA-256. Other weights would put every point elsewhere, and nobody would notice.
    static let weightsDigest = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    static let vocabularyDigest = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"

    package static let space = EmbeddingSpace(
        provider: "local", model: "all-MiniLM-L6-v2", version: 1, sameMeaning: 0.5)

    package var space: EmbeddingSpace { Self.space }
    private let network: MiniLMNetwork
    private let pieces: WordPieces
    private let lane: Lane

    /// Reads and checks 90 MB, so on a thread that may wait.
    package init(folder: String, on lane: Lane) throws(WeightsFault) {
        let folder = URL(filePath: folder)
        let vocabulary = try Self.read(folder.appending(path: Self.vocabulary), Self.vocabularyDigest)
        let weights = try Self.read(folder.appending(path: Self.weights), Self.weightsDigest)
        pieces = try WordPieces(vocabulary: String(decoding: vocabulary, as: UTF8.self))
        network = try MiniLMNetwork(try SafeTensors(weights))
        guard pieces.count == MiniLMNetwork.vocabulary else { throw WeightsFault.malformed }
        self.lane = lane
    }

    package func embed(_ texts: [Private<String>]) async throws -> [Embedding] {
        try await lane.run { [network, pieces] in
            try texts.map { text in
                let mean = network.mean(of: pieces.pieces(of: text.revealed))
                guard let embedding = Embedding(mean, in: Self.space) else { throw WeightsFault.malformed }
                return embedding
            }
        }
    }

    private static func read(_ file: URL, _ digest: String) throws(WeightsFault) -> Data {
        guard let data = try? Data(contentsOf: file, options: .mappedIfSafe) else { throw .unreadable }
        var sum = Digest(.sha256)
        var rest = data[...]
        while !rest.isEmpty {
            sum.update([UInt8](rest.prefix(1 << 20)).span)
            rest = rest.dropFirst(1 << 20)
        }
        guard Hex.encode(sum.finish().span) == digest else { throw .foreign }
        return data
    }
}
