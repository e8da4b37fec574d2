import Foundation
import TestKit
import Testing

@testable import Providers

/// What a script may look like, and what its author is told.
struct LocalScriptTests {
    /// The example of the documentation is the script that the stories are told with.
    static func documented() throws -> String {
        let file = BuiltProducts.repository.appending(path: "docs/local-agent.md")
        let page = try String(contentsOf: file, encoding: .utf8)
        return String(page.split(separator: "<!-- script -->\n").last ?? "")
    }

    @Test func `the example of the documentation is a script`() throws {
        let script = try #require(try LocalScript.find(in: Self.documented()))
        #expect(script.intents.map(\.name).first == "card_delivery")
        #expect(script.slots["last_four"]?.kind == .digits(4))
        #expect(script.voicemail == "Hello, this is the card service. Please call us back.")
        #expect(script.phrases.contains("when will my card arrive"))
        #expect(script.phrases.contains("it ends in nine zero three five"))
        #expect(script.pronunciations == ["espera": "eh s p eh r ah"])
    }

    @Test func `a block stands among instructions, and a model does not see it`() throws {
        let block = "```local\n{\"intents\":[]}\n```"
        let instructions = "Be kind.\n\n\(block)\nBe short."
        #expect(try LocalScript.find(in: instructions)?.intents == [])
        #expect(LocalScript.instructions(without: instructions) == "Be kind.\n\n\nBe short.")
        #expect(try LocalScript.find(in: block)?.intents == [])
        for other in ["Be kind.", "Say ```local\n{}\n``` now", "```locally\n{}\n```", ""] {
            #expect(try LocalScript.find(in: other) == nil)
            #expect(LocalScript.instructions(without: other) == other)
        }
        // The end may be missing.
        #expect(try LocalScript.find(in: "```local\n{}")?.fallbacks == [LocalScript.fallback])
    }

    @Test(arguments: [
        ("{", "is no JSON"), ("[]", "the script is no object"), (#"{"intent":[]}"#, "nobody knows what intent means"),
        (#"{"intents":[{"name":"a","answers":"b"}]}"#, "intent a has no examples"),
        (#"{"intents":[{"name":"a","examples":"b"}]}"#, "intent a has no answers"),
        (#"{"intents":[{"name":"a","examples":"b","answers":"c","slots":["d"]}]}"#, "needs the slot d"),
        (#"{"intents":[{"name":"a","examples":"b","answers":"c","after":["d"]}]}"#, "stands behind d"),
        (#"{"intents":[{"name":"a","examples":"b","answers":"c","then":"transfer_call"}]}"#, "with a target"),
        (#"{"intents":[{"name":"a","examples":"b","answers":[1]}]}"#, "answers has what is no text"),
        (#"{"slots":{"a":{"kind":"colour","ask":"b"}}}"#, "not colour"),
        (#"{"slots":{"a":{"kind":"choice","ask":"b"}}}"#, "not choice"),
        (#"{"slots":{"a":{"kind":"digits"}}}"#, "ask is missing"),
        (#"{"slots":{"a":{"kind":"digits","length":65,"ask":"b"}}}"#, "length is no number from 1 to 64"),
    ])
    func `what is wrong is said`(json: String, reason: String) {
        let fault = #expect(throws: LocalScriptFault.self) { try LocalScript(json) }
        #expect(fault?.description.contains(reason) == true, "\(fault?.description ?? "")")
    }

    @Test func `a script has limits`() throws {
        func script(intents: Int, examples: Int = 1) -> String {
            let words = Array(repeating: "\"a\"", count: examples).joined(separator: ",")
            let all = (0..<intents).map { #"{"name":"\#($0)","examples":[\#(words)],"answers":"b"}"# }
            return #"{"intents":[\#(all.joined(separator: ","))]}"#
        }
        #expect(try LocalScript(script(intents: LocalScript.intentsMax)).intents.count == LocalScript.intentsMax)
        #expect(throws: LocalScriptFault.self) { try LocalScript(script(intents: LocalScript.intentsMax + 1)) }
        #expect(throws: LocalScriptFault.self) {
            try LocalScript(script(intents: 1, examples: LocalScript.examplesMax + 1))
        }
        #expect(throws: LocalScriptFault.self) {
            try LocalScript("{}" + String(repeating: " ", count: LocalScript.bytesMax))
        }
    }

    @Test func `templates are filled, or not at all`() {
        let template = LocalTemplate { path, manner in
            switch path.joined(separator: ".") {
            case "a": "one"
            case "a.b": manner == .spoken ? "two" : "2"
            default: nil
            }
        }
        #expect(template.fill("{a} and {a.b}.", .spoken) == "one and two.")
        #expect(template.fill("{a.b|spell}{a|spell}", .written) == "2o n e")
        #expect(template.fill("{a} {c}", .spoken) == nil)
        #expect(template.fill("open {a", .spoken) == "open {a")
        #expect(template.fill("{}", .spoken) == nil)
    }
}
