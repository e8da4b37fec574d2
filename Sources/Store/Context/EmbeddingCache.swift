import Crypto
package import Domain

/// Places of texts that were reckoned before, by what the texts say: `embedding_cache`.
package enum EmbeddingCache {
    /// The same as Postgres' `sha256(convert_to(content, 'UTF8'))`.
    package static func digest(of text: Private<String>) -> [UInt8] {
        HashFunction.sha256.digest(of: Array(text.revealed.utf8))
    }
}
