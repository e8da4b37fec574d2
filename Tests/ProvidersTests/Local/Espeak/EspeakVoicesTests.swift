import Testing

@testable import Providers

struct EspeakVoicesTests {
    private static let voices = EspeakVoices(
        listing: """
            Pty Language       Age/Gender VoiceName          File                 Other Languages
             5  de              --/M      German             gmw/de
             2  en-gb           --/M      English_(Great_Britain) gmw/en           (en 2)
             5  es-419          --/M      Spanish_(Latin_America) roa/es-419       (es-mx 6)
             5  es              --/M      Spanish_(Spain)    roa/es
            """)

    @Test(arguments: [
        ("", "de", "de"), ("", "de-AT", "de"), ("", "ES-419", "es-419"), ("es", "de", "es"), ("es+f3", "de", "es+f3"),
        ("a0e99841-438c", "es", "es"), ("kal", "de", "de"), ("es+", "de", "de"), ("es+f3; rm", "de", "de"),
        ("es+f3+f4", "de", "de"), ("-v", "es", "es"),
    ])
    func `an agent's voice if it is one, and else its language's`(name: String, language: String, voice: String) {
        #expect(Self.voices.voice(named: name, language: language) == voice)
    }

    @Test(arguments: ["xx", "", "-", "x; y"]) func `a language that nobody speaks has no voice`(language: String) {
        #expect(Self.voices.voice(named: "", language: language) == nil)
    }
}
