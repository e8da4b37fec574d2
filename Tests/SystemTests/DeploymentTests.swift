import Foundation
import Service
import TestKit
import Testing

@testable import Console
@testable import Providers

/// What the files of a deployment say fits the code that reads it.
struct DeploymentTests {
    /// Everything that any program of ours reads.
    private static let known = SettingsPage.parts.reduce(into: Set<String>()) { $0.formUnion($1.guide.names) }

    private static func lines(_ path: String) throws -> [Substring] {
        try String(contentsOf: BuiltProducts.repository.appending(path: path), encoding: .utf8)
            .split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
    }

    /// The lines that stand deeper than the first one that begins so.
    private static func block(_ head: String, in lines: [Substring]) -> [Substring] {
        guard let start = lines.firstIndex(where: { $0.hasPrefix(head) }) else { return [] }
        let depth = lines[start].prefix { $0 == " " }.count
        return Array(lines[(start + 1)...].prefix { $0.prefix { $0 == " " }.count > depth })
    }

    /// `NAME: value` and `NAME = "value"`.
    private static func values(_ lines: [Substring]) -> [String: String] {
        lines.reduce(into: [:]) { found, line in
            guard let match = line.firstMatch(of: /^\s*([A-Z][A-Z0-9_]+)\s*[:=]\s*"?([^"]*)"?$/) else { return }
            found[String(match.1)] = String(match.2)
        }
    }

    private static func composition(_ block: String) throws -> [String: String] {
        values(Self.block(block, in: try lines("deploy/compose.yaml")))
    }

    private static func fly() throws -> [String: String] {
        values(Array(try lines("fly.toml").drop { $0 != "[env]" }.dropFirst().prefix { !$0.hasPrefix("[") }))
    }

    private static func image() throws -> [String: String] {
        let whole = try lines("deploy/Dockerfile").joined(separator: "\n").replacing("\\\n", with: " ")
        let words = whole.split(separator: "\n").filter { $0.hasPrefix("ENV ") }.flatMap { $0.split(separator: " ") }
        return words.reduce(into: [:]) { found, word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { found[parts[0]] = parts[1] }
        }
    }

    /// `${NAME:?…}` and `${NAME:-}` as somebody would fill them in.
    private static func filledIn(_ values: [String: String]) -> [String: String] {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8="
        let own = [
            "PUBLIC_URL": "https://calls.example.com", "MEDIA_URL": "wss://calls.example.com",
            "PROCESS_PASSWORD": "0a1b2c3d", "TELNYX_API_KEY": "KEY0123",
        ]
        return values.mapValues { value in
            value.replacing(/\$\{([A-Z_]+):([?-])[^}]*\}/) { own[String($0.1)] ?? ($0.2 == "?" ? key : "") }
        }
    }

    /// What a process in production says to these settings; nil if it starts.
    private static func refusal(_ variables: [String: String]) -> String? {
        func judge<Settings>(_ read: (inout SettingsReader) -> Settings) throws -> [UnknownSetting] {
            var reader = SettingsReader(SettingsSource(variables))
            _ = read(&reader)
            try reader.finish()
            return reader.unknown(knowing: KnownSettings.names)
        }
        do {
            let unknown =
                try judge { APISettings(&$0) } + judge { RealtimeSettings(&$0) } + judge { WorkersSettings(&$0) }
            return unknown.isEmpty ? nil : "\(unknown)"
        } catch { return "\(error)" }
    }

    @Test func `every name in them is a setting`() throws {
        for (file, values) in [
            ("Dockerfile", try Self.image()), ("compose.yaml", try Self.composition("x-settings:")),
            ("compose.yaml, migrate", try Self.composition("  migrate:")), ("fly.toml", try Self.fly()),
        ] {
            #expect(!values.isEmpty, "\(file)")
            let strange = Set(values.keys).subtracting(Self.known)
            #expect(strange.isEmpty, "\(file): \(strange.sorted())")
        }
    }

    @Test func `what the composition sets is enough in production`() throws {
        let settings = Self.filledIn(try Self.composition("x-settings:"))
        #expect(settings["LEDGERLINE_ENV"] == "production")
        let refusal = Self.refusal(try Self.image().merging(settings) { $1 })
        #expect(refusal == nil, "\(refusal ?? "")")
    }

    @Test func `what fly sets is enough in production, together with the secrets that it names`() throws {
        let text = try String(contentsOf: BuiltProducts.repository.appending(path: "fly.toml"), encoding: .utf8)
        let head = text.prefix { $0 != "[" }
        let secrets = [
            "DATABASE_URL": "postgresql://a:b@db.test/calls", "DATABASE_OWNER_URL": "postgresql://c:d@db.test/calls",
            "REDIS_URL": "rediss://:e@cache.test", "JWT_PRIVATE_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8=",
            "LEDGERLINE_SEALING_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8=", "TELNYX_API_KEY": "KEY0123",
            "TELNYX_PUBLIC_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8=",
        ]
        for name in secrets.keys { #expect(head.contains(name), "\(name) is not named at the top of fly.toml") }
        let all = try Self.image().merging(Self.fly()) { $1 }.merging(secrets) { $1 }
        #expect(all["LEDGERLINE_ENV"] == "production")
        let refusal = Self.refusal(all)
        #expect(refusal == nil, "\(refusal ?? "")")
    }

    @Test func `nobody is killed before the drain has given up`() throws {
        func seconds(_ text: String?) -> Int? { text.flatMap { Int($0.trimmingCharacters(in: .letters)) } }
        let compose = try Self.lines("deploy/compose.yaml")
        let grace = compose.compactMap { $0.firstMatch(of: /stop_grace_period: (\d+)s/)?.1 }.first.map(String.init)
        let kill = try Self.lines("fly.toml").compactMap { $0.firstMatch(of: /kill_timeout = (\d+)/)?.1 }.first
        for (limit, drain) in [
            (grace, try Self.composition("x-settings:")), (kill.map(String.init), try Self.fly()),
        ] {
            let limit = try #require(seconds(limit))
            let drain = try #require(seconds(drain["LEDGERLINE_DRAIN_DEADLINE"]))
            #expect(drain < limit && limit <= 300)
        }
    }

    @Test func `the example of an environment has every variable that the composition wants, and no other`() throws {
        let example = Set(Self.values(try Self.lines("deploy/compose.env.example")).keys)
        let text = try Self.lines("deploy/compose.yaml").joined(separator: "\n")
        let wanted = Set(text.matches(of: /\$\{([A-Z_]+)/).map { String($0.1) })
        #expect(example == wanted)
    }

    @Test func `each process listens where its health is asked for`() throws {
        let port = try #require(try Self.image()["PORT"])
        let fly = try Self.lines("fly.toml").joined(separator: "\n")
        let ports = fly.matches(of: /(?:internal_port|\n  port) = (\d+)/).map { String($0.1) }
        #expect(ports.count == 4 && ports.allSatisfy { $0 == port }, "\(ports)")
        #expect(try Self.lines("deploy/Dockerfile").contains { $0 == "EXPOSE \(port)" })
    }
}
