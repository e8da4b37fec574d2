package import Domain

/// What is left without weights: texts that share words, or pieces of words, are alike; others are not, whatever they mean.
package struct HashedEmbedder: Embedder {
    package static let space = EmbeddingSpace(provider: "local", model: "hashed-ngrams", version: 1, sameMeaning: 0.5)

    package var space: EmbeddingSpace { Self.space }

    private static let wordWeight: Float = 1
    private static let pieceWeight: Float = 0.5
    private static let pieceLength = 3

    package init() {}

    package func embed(_ texts: [Private<String>]) async throws -> [Embedding] { texts.map { point($0.revealed) } }

    func point(_ text: String) -> Embedding {
        var values = [Float](repeating: 0, count: EmbeddingSpace.dimensions)
        func add(_ bytes: some Sequence<UInt8>, _ weight: Float) {
            var digest: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in bytes { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
            // The low bits of such a digest say too little of its end.
            digest ^= digest >> 32
            digest = digest &* 0x9e37_79b9_7f4a_7c15
            values[Int((digest >> 33) % UInt64(values.count))] += digest >> 32 & 1 == 0 ? weight : -weight
        }
        for word in SpokenForm.words(text) {
            let bytes = Array("^\(word)$".utf8)
            add(bytes, Self.wordWeight)
            guard bytes.count > Self.pieceLength else { continue }
            for start in 0...(bytes.count - Self.pieceLength) {
                add([1] + bytes[start..<start + Self.pieceLength], Self.pieceWeight)
            }
        }
        // A text without a word is alike to nothing but itself.
        return Embedding(values, in: Self.space) ?? Embedding(unitIn: Self.space)
    }
}
