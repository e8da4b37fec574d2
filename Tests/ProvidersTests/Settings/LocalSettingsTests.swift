import Service
import Testing

@testable import Providers

/// Engines of our own, as an operator asks for them.
struct LocalSettingsTests {
    private static func read(_ variables: [String: String]) throws -> LocalSettings {
        var reader = SettingsReader(SettingsSource(variables))
        let settings = LocalSettings(&reader)
        try reader.finish()
        return settings
    }

    @Test func `nothing said, they stand in where no vendor is paid`() throws {
        let settings = try Self.read([:])
        #expect(settings.engines == .auto && settings.models == nil)
        #expect(settings.voiceActivity == .silero && settings.voice == .rms)
    }

    @Test func `each can be chosen`() throws {
        let settings = try Self.read([
            "LEDGERLINE_LOCAL_ENGINES": "on", "LEDGERLINE_MODELS": "models", "LEDGERLINE_VOICE_ACTIVITY": "loudness",
            "LEDGERLINE_FLITE_VOICE": "kal",
        ])
        #expect(settings.engines == .on && settings.models == "models")
        #expect(settings.voiceActivity == .loudness && settings.voice == .kal)
        #expect(KnownSettings.names.contains("LEDGERLINE_FLITE_VOICE"))
    }

    @Test(arguments: ["LEDGERLINE_LOCAL_ENGINES", "LEDGERLINE_VOICE_ACTIVITY", "LEDGERLINE_FLITE_VOICE"])
    func `another word is refused with those that there are`(name: String) {
        #expect {
            try Self.read([name: "perhaps"])
        } throws: {
            "\($0)".contains(name) && "\($0)".contains(", or ")
        }
    }
}
