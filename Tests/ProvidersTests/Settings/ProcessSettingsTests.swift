import Service
import Testing

@testable import Providers

/// The settings of the three processes, whole.
@Suite struct ProcessSettingsTests {
    private func read<Value>(
        _ variables: [String: String], _ body: (inout SettingsReader) -> Value
    ) -> Result<Value, SettingsError> {
        var reader = SettingsReader(SettingsSource(variables))
        let value = body(&reader)
        do throws(SettingsError) {
            try reader.finish()
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    @Test func `an empty environment gives the defaults of development`() throws {
        let api = try read([:]) { APISettings(&$0) }.get()
        #expect(api.house.common.environment == .development)
        #expect(api.house.port == 8080)
        #expect(api.house.common.drainDeadline == .seconds(25))
        #expect(api.house.common.tracing.endpoint == nil)
        #expect(try read([:]) { RealtimeSettings(&$0) }.get().house.port == 8081)
        #expect(try read([:]) { WorkersSettings(&$0) }.get().house.port == 8082)
    }

    @Test func `traces stand beside the journal, where they are told to, or nowhere`() throws {
        func folder(_ variables: [String: String]) throws -> String? {
            try read(variables) { RealtimeSettings(&$0) }.get().traces.folder
        }
        #expect(try folder([:]) == "traces")
        #expect(try folder(["LEDGERLINE_JOURNAL": "/var/lib/calls/journal"]) == "/var/lib/calls/traces")
        #expect(try folder(["LEDGERLINE_JOURNAL": "state/journal/"]) == "state/traces")
        #expect(try folder(["LEDGERLINE_JOURNAL": "/j", "LEDGERLINE_TRACES": "/elsewhere"]) == "/elsewhere")
        #expect(try folder(["LEDGERLINE_TRACES": "off"]) == nil)
    }

    @Test func `all problems are reported at once, with names and examples, and without secrets`() throws {
        let variables = [
            "LEDGERLINE_ENV": "production", "DATABASE_URL": "mysql://root:hunter2@db/app", "PORT": "80a",
            "LEDGERLINE_LOG_LEVEL": "loud", "JWT_SECRET": "hunter2", "TELNYX_API_KEY": "changeme",
            "REDIS_URL": "redis://127.0.0.1:6379",
        ]
        guard case .failure(let error) = read(variables, { APISettings(&$0) }) else {
            Issue.record("the settings were taken")
            return
        }
        #expect(
            Set(error.problems.map(\.name)) == [
                "DATABASE_URL", "PORT", "LEDGERLINE_LOG_LEVEL", "JWT_SECRET", "TELNYX_API_KEY",
                "REDIS_URL",
                "TELNYX_PUBLIC_KEYS", "PUBLIC_URL", "MEDIA_URL", "JWT_PRIVATE_KEY or JWT_SECRET",
            ])
        #expect(!error.description.contains("hunter2"))
        #expect(error.description.contains("PORT is not a port (it is \"80a\")"))
        #expect(error.description.contains("expected  a port from 1 to 65535"))
        #expect(error.description.contains("example   PORT=8080"))
        #expect(error.description.hasPrefix("10 settings are wrong:"))
    }

    @Test func `production starts with everything it needs`() throws {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8="
        let settings = try read([
            "LEDGERLINE_ENV": "production", "DATABASE_URL": "postgres://app:pw@db.internal/app",
            "REDIS_URL": "rediss://:pw@redis.internal:6380", "PORT": "9000", "PUBLIC_URL": "https://example.org",
            "MEDIA_URL": "wss://media.example.org", "TELNYX_API_KEY": "KEY0123", "TELNYX_PUBLIC_KEYS": "\(key),\(key)",
            "JWT_SECRET": "0123456789abcdef0123456789abcdef", "LEDGERLINE_LOOPS": " 2 ", "LEDGERLINE_INSTANCE": "",
            "LEDGERLINE_ALLOWED_ORIGINS": "https://a.example,https://b.example",
        ]) { APISettings(&$0) }.get()
        #expect(settings.house.port == 9000)
        #expect(settings.house.carrier.telnyxPublicKeys.count == 2)
        #expect(settings.house.common.loops == 2)
        #expect(settings.house.common.instance == nil)
        #expect(settings.allowedOrigins.map(\.host) == ["a.example", "b.example"])
    }

    @Test func `unknown names with our prefix are named, with the one that was probably meant`() {
        var reader = SettingsReader(
            SettingsSource([
                "LEDGERLINE_LOG_LEVLE": "debug", "LEDGERLINE_FLUX_CAPACITOR": "1", "LEDGERLINE_CALLS_MAX": "3",
                "PATH": "",
                "LEDGERLINE_LOG_FORMAT": "json",
            ]))
        _ = CommonSettings(&reader)
        #expect(
            reader.unknown(knowing: KnownSettings.names).map(\.description) == [
                "LEDGERLINE_FLUX_CAPACITOR is no setting",
                "LEDGERLINE_LOG_LEVLE is no setting; did you mean LEDGERLINE_LOG_LEVEL?",
            ])
    }

    @Test func `the guide lists every setting with its default`() {
        let guide = SettingsGuide { APISettings(&$0) }.description
        #expect(guide.contains("LEDGERLINE_API_PORT, PORT"))
        #expect(guide.contains("a port from 1 to 65535; default 8080"))
        #expect(guide.contains("required in production; or from the file named by TELNYX_API_KEY_FILE"))
    }
}
