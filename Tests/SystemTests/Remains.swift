import Crypto
import Foundation
import Loop
import Postgres
import Redis
import TestKit
import Testing
import Wire

/// Looks for words wherever the system keeps anything: as they are, in hex, in base64, and in the wide letters of other machines.
struct Remains {
    let words: [String]

    /// How a word may stand in bytes: in base64 it depends on what stands before it.
    private static func forms(of word: String) -> [String] {
        let bytes = Array(word.utf8)
        let shifted = (0..<3).map { shift in
            let text = Base64.standard.encode((Array(repeating: 0x20, count: shift) + bytes).span)
            // The letters at both ends hold bits of what is beside the word.
            return String(text.dropFirst(shift == 0 ? 0 : shift + 1).prefix(bytes.count * 4 / 3 - 3))
        }
        return [word, Hex.encode(bytes.span)] + shifted
    }

    private var forms: [String] { words.flatMap(Self.forms) }

    private func found(in text: some StringProtocol) -> Bool {
        let text = text.lowercased()
        return forms.contains { text.contains($0.lowercased()) }
    }

    // MARK: - Postgres

    /// Tables in which one of the words stands, in any column of any row, kept apart or not.
    func tables(_ pool: PostgresPool) async throws -> [String] {
        let names = try await pool.query(
            """
            SELECT relname FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace
            ORDER BY relname
            """
        ).map { try $0.decode(String.self) }
        try #require(names.count > 30)
        let patterns = forms.map { "%\($0)%" }
        var found: [String] = []
        for name in names {
            let rows = try await pool.query(
                "SELECT FROM \(try Identifier(name)) AS t WHERE t::text ILIKE ANY (\(patterns)) LIMIT 1")
            if !rows.isEmpty { found.append(name) }
        }
        return found
    }

    /// Files of tables and indexes in which one of the words stands, after the room of what was deleted was given back.
    func relations(_ url: String, on loop: Loop) async throws -> [String] {
        guard var parts = URLComponents(string: url) else { return ["no such address"] }
        // By TCP nobody is asked for a password.
        (parts.user, parts.password) = ("postgres", nil)
        let superuser = try #require(parts.string)
        return try await withPool(at: superuser, on: loop) { pool in
            try await pool.execute("VACUUM FULL")
            try await pool.execute("CHECKPOINT")
            let files = try await pool.query(
                """
                SELECT relname, pg_relation_filepath(oid) FROM pg_class
                WHERE relkind IN ('r', 'i', 't', 'm') AND pg_relation_filepath(oid) LIKE 'base/%'
                """
            ).map { try $0.decode(String.self, String.self) }
            try #require(files.count > 100)
            let needles = words.map { Array($0.utf8) }
            var found: [String] = []
            for (name, path) in files {
                let rows = try await pool.query(
                    """
                    SELECT FROM (SELECT pg_read_binary_file(\(path), true) AS bytes) AS f
                    WHERE (SELECT bool_or(position(n IN f.bytes) > 0) FROM unnest(\(needles)) AS n)
                    """)
                if !rows.isEmpty { found.append(name) }
            }
            return found
        }
    }

    // MARK: - Redis

    /// Keys of any kind in which one of the words stands.
    func keys(_ redis: RedisClient) async throws -> [String] {
        var (found, cursor): ([String], String) = ([], "0")
        repeat {
            let page = try await redis.command("SCAN", .text(cursor), "COUNT", .number(1_000)).array ?? []
            cursor = page.first?.text ?? "0"
            for key in page.last?.array?.compactMap(\.text) ?? [] {
                let value = try await contents(key, redis)
                if self.found(in: key) || self.found(in: value) { found.append(key) }
            }
        } while cursor != "0"
        return found
    }

    private func contents(_ key: String, _ redis: RedisClient) async throws -> String {
        let kind = try await redis.command("TYPE", .text(key)).text
        let value: RedisValue
        switch kind {
        case "string": value = try await redis.command("GET", .text(key))
        case "list": value = try await redis.command("LRANGE", .text(key), .number(0), .number(-1))
        case "hash": value = try await redis.command("HGETALL", .text(key))
        case "set": value = try await redis.command("SMEMBERS", .text(key))
        case "zset": value = try await redis.command("ZRANGE", .text(key), .number(0), .number(-1))
        case "stream": value = try await redis.command("XRANGE", .text(key), "-", "+")
        // It ran out meanwhile.
        default: return ""
        }
        return Self.text(value)
    }

    private static func text(_ value: RedisValue) -> String {
        value.text ?? value.array?.map(text).joined(separator: " ") ?? ""
    }

    // MARK: - Files

    /// Files of a folder, and of those in it, in which one of the words stands.
    func files(in folder: String) throws -> [String] {
        var found: [String] = []
        guard let walk = FileManager.default.enumerator(atPath: folder) else { return [] }
        for case let name as String in walk {
            guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") else { continue }
            let wide = words.compactMap { $0.data(using: .utf16LittleEndian) }
            let narrow = forms.map { Data($0.utf8) }
            if (wide + narrow).contains(where: { bytes.range(of: $0) != nil }) { found.append(name) }
        }
        return found
    }
}
