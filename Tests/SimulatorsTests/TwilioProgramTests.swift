import Testing
import Wire

@testable import Simulators

struct TwilioProgramTests {
    @Test func `markup is read verb by verb`() {
        let program = TwilioProgram(
            #"<?xml version="1.0" encoding="UTF-8"?><Response><Say voice="alice">a &lt;b&gt;</Say><Connect>"#
                + #"<Stream url="wss://a/b?c=1&amp;d" statusCallback="https://x/y"></Stream></Connect>"#
                + #"<Dial timeout="30"><Number statusCallback="https://x/z" statusCallbackEvent="ringing completed">+1555"#
                + #"</Number></Dial><Pause length="20"/><Pause></Pause><Hangup/><Reject></Reject></Response>"#)
        #expect(
            program?.verbs == [
                .other("Say"), .stream(url: "wss://a/b?c=1&d", callback: "https://x/y"),
                .dial(number: "+1555", callback: "https://x/z", events: ["ringing", "completed"]), .pause(seconds: 20),
                .pause(seconds: 1), .hangUp, .reject,
            ])
        for broken in ["", "<Response>", "<Other></Other>", "<Response><Pause length=></Pause></Response>", "{}"] {
            #expect(TwilioProgram(broken) == nil, "\(broken)")
        }
    }

    @Test func `times are written as in mail`() {
        #expect(TwilioCallback.mailTime(Timestamp(seconds: 0)) == "Thu, 01 Jan 1970 00:00:00 +0000")
        #expect(TwilioCallback.mailTime(Timestamp(seconds: 1_790_000_000)) == "Mon, 21 Sep 2026 14:13:20 +0000")
    }
}
