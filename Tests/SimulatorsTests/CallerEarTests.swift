import Domain
import Testing
import Wire

@testable import Simulators

/// What the person at the far end has really heard.
struct CallerEarTests {
    private func audio(_ text: String) -> [UInt8] {
        SimulatedSound(.telephone).bytes(WordTones().speak(text).samples)
    }

    private func heard(_ ear: CallerEar) -> String { ear.words.map(\.text.revealed).joined(separator: " ") }

    @Test func `marks come back when what was before them is played`() {
        var ear = CallerEar()
        #expect(ear.given(.mark("at once")) == ["at once"])
        #expect(ear.given(.media([UInt8](repeating: 255, count: 320))) == [])
        #expect(ear.given(.mark("a")) == [])
        #expect(ear.given(.mark("b")) == [])
        #expect(ear.given(.media([UInt8](repeating: 255, count: 160))) == [])
        #expect(ear.given(.mark("c")) == [])
        #expect(ear.play(160).marks == [])
        #expect(ear.play(160).marks == ["a", "b"])
        #expect(ear.play(160).marks == ["c"])
        #expect(ear.isEmpty)
    }

    @Test func `what is cleared was never heard`() {
        var ear = CallerEar()
        _ = ear.given(.media(audio("one two three four")))
        _ = ear.given(.mark("m"))
        while ear.wordsOfUtterance < 2 { #expect(ear.play(160).marks == []) }
        #expect(ear.given(.clear) == ["m"])
        for _ in 0..<200 { _ = ear.play(160) }
        #expect(heard(ear) == "one two")
        #expect(ear.clears == 1)
    }

    @Test func `audio beyond what a line holds is dropped and counted`() {
        var ear = CallerEar()
        _ = ear.given(.media([UInt8](repeating: 255, count: CallerEar.waitingMax)))
        _ = ear.given(.media([255, 255]))
        #expect(ear.dropped == 2)
    }

    @Test func `Twilio wants to know which stream is meant, Telnyx does not`() {
        func order(_ dialect: MediaDialect, _ text: String) -> MediaDialect.Order? {
            dialect.order(Array(text.utf8), stream: "s")
        }
        #expect(order(.telnyx, #"{"event":"clear"}"#) == .clear)
        #expect(order(.twilio, #"{"event":"clear"}"#) == nil)
        #expect(order(.twilio, #"{"event":"clear","streamSid":"s"}"#) == .clear)
        #expect(order(.telnyx, #"{"event":"media","media":{"payload":"/w=="}}"#) == .media([255]))
        #expect(order(.telnyx, #"{"event":"media","media":{"payload":"!"}}"#) == nil)
        #expect(order(.telnyx, "{") == nil)
    }
}
