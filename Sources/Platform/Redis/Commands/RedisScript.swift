import Crypto

/// A Lua script, and the name under which Redis knows it once it has seen it.
package struct RedisScript: Hashable, Sendable {
    package let source: String
    /// Its SHA-1 in forty hexadecimal digits: a name, no protection.
    package let digest: String

    package init(_ source: String) {
        self.source = source
        let digits = Array("0123456789abcdef".utf8)
        let hash = HashFunction.sha1.digest(of: Array(source.utf8))
        digest = String(decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension RedisClient {
    /// Runs a script by its name, and sends its text only where Redis does not know it: a script that is not known has not
    /// begun, so this is no repetition.
    package func evaluate(_ script: RedisScript, keys: [String] = [], _ arguments: RedisPart..., call: RedisCall? = nil)
        async throws(RedisError) -> RedisValue
    { try await evaluate(script, keys: keys, arguments, call: call) }

    package func evaluate(_ script: RedisScript, keys: [String] = [], _ arguments: [RedisPart], call: RedisCall? = nil)
        async throws(RedisError) -> RedisValue
    {
        let rest = [.number(keys.count)] + keys.map { RedisPart.text($0) } + arguments
        do throws(RedisError) {
            return try await perform(RedisCommand("EVALSHA", [.text(script.digest)] + rest), call)
        } catch {
            guard error.refusal?.kind == "NOSCRIPT" else { throw error }
        }
        return try await perform(RedisCommand("EVAL", [.text(script.source)] + rest), call)
    }
}
