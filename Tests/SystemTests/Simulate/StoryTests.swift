import Testing
import Wire

@testable import Console

/// Scripts of telephone calls: what is read, and what is refused in words for whoever wrote it.
struct StoryTests {
    private static let least = """
        {"about": "A call.", "agent": {"name": "Desk", "persona": {"system_prompt": "Answer."}}, "number": "+15550100201",
         "person": "+15550100701", "steps": [{"hear": 800}, {"say": "hello"}, {"hang_up": true}]}
        """

    private static func story(_ change: (inout [(String, JSONValue)]) -> Void = { _ in }) throws -> Story {
        guard case .object(let object) = try JSONValue(json: Array(least.utf8)) else { throw Trouble("no object") }
        var members = object.members.map { ($0.name, $0.value) }
        change(&members)
        return try Story(.object(members))
    }

    @Test func `a script says who answers, who calls, and what they do`() throws {
        let story = try Self.story()
        #expect(story.direction == .inbound && story.number == "+15550100201" && story.customer == nil)
        #expect(story.agent["persona"]?["system_prompt"]?.text == "Answer.")
        guard case .hear(800) = story.steps[0], case .say("hello") = story.steps[1], case .hangUp = story.steps[2]
        else {
            Issue.record("other steps: \(story.steps)")
            return
        }
    }

    @Test func `a second call has steps and expectations of its own`() throws {
        let once = try Self.story()
        #expect(once.calls.count == 1)
        let again = #"{"steps": [{"say": "me again"}], "expect": {"heard": ["welcome back"]}}"#
        let twice = try Self.story { $0.append(("again", (try? JSONValue(json: Array(again.utf8))) ?? .null)) }
        #expect(twice.calls.map(\.steps.count) == [3, 1] && twice.calls.map(\.person) == [once.person, once.person])
        #expect(twice.calls[1].expectations.judge([]).map(\.what) == ["the caller hears “welcome back”"])
        for wrong in [#"{"steps": []}"#, #"{"expect": {}}"#, #"{"steps": [{"say": "x"}], "about": "x"}"#] {
            #expect(throws: Trouble.self) {
                try Self.story { $0.append(("again", (try? JSONValue(json: Array(wrong.utf8))) ?? .null)) }
            }
        }
    }

    @Test func `what the local agent goes by gets into its prompt`() throws {
        let story = try Self.story { $0.append(("script", .object([("intents", .array([]))]))) }
        #expect(story.agent["persona"]?["system_prompt"]?.text == "Answer.\n```local\n{\"intents\":[]}\n```")
    }

    @Test(
        arguments: [
            (#"{"say": 7}"#, "step 0"), (#"{"shout": "hello"}"#, "step 0"), (#"{"hear": 5}"#, "step 0"),
            (#"{"press": "12x"}"#, "step 0"), (#"{"say": "a", "hang_up": true}"#, "one member"),
            (#"{"hang_up": false}"#, "step 0"), (#"[]"#, "one member"),
        ])
    func `a step that is none is told by its number`(step: String, words: String) throws {
        let value = try JSONValue(json: Array(step.utf8))
        let trouble = #expect(throws: Trouble.self) {
            try Self.story { members in
                members.removeAll { $0.0 == "steps" }
                members.append(("steps", .array([value])))
            }
        }
        #expect(trouble?.description.contains(words) == true)
    }

    @Test func `too many steps, strangers and missing members are refused`() throws {
        func trouble(_ change: (inout [(String, JSONValue)]) -> Void) -> String {
            do { _ = try Self.story(change) } catch { return "\(error)" }
            return "nothing"
        }
        let hello = JSONValue.object([("say", .string("hello"))])
        func steps(_ count: Int) -> JSONValue { .array(Array(repeating: hello, count: count)) }
        #expect(trouble { $0.removeAll { $0.0 == "steps" } }.contains("steps"))
        #expect(
            trouble { members in
                members.removeAll { $0.0 == "steps" }
                members.append(("steps", steps(Story.stepsMax + 1)))
            }.contains("steps"))
        #expect(
            trouble { members in
                members.removeAll { $0.0 == "steps" }
                members.append(("steps", steps(Story.stepsMax)))
            } == "nothing")
        #expect(trouble { $0.append(("nmuber", .string("x"))) }.contains("nmuber"))
        #expect(trouble { $0.append(("direction", .string("sideways"))) }.contains("sideways"))
        #expect(trouble { $0.removeAll { $0.0 == "agent" } }.contains("agent"))
    }

    private static func story(tools: String, of agent: String) throws -> Story {
        let (tools, agent) = (try JSONValue(json: Array(tools.utf8)), try JSONValue(json: Array(agent.utf8)))
        return try story { members in
            members.removeAll { $0.0 == "agent" }
            members += [("agent", .object([("name", .string("Desk")), ("tools", agent)])), ("tools", tools)]
        }
    }

    @Test func `the agent's tools of a story are where the story serves them`() throws {
        let story = try Self.story(
            tools: #"{"find":{"result":{"sent":"Monday"},"after":\#(Story.toolTimeMax)}}"#,
            of: #"[{"name":"find","kind":"http"},{"name":"other","kind":"http","url":"https://a.example"}]"#)
        #expect(
            story.tools["find"]?.after == Story.toolTimeMax && story.tools["find"]?.result["sent"]?.text == "Monday")
        guard case .array(let tools)? = story.agent(toolsAt: { "http://here/\($0)" })["tools"] else {
            Issue.record("no tools")
            return
        }
        #expect(tools.map { $0["url"]?.text } == ["http://here/find", "https://a.example"])
    }

    @Test(
        arguments: [
            (#"{"lost":{"result":1}}"#, "tools.lost"), (#"{"here":{"result":1}}"#, "tools.here"),
            (#"{"find":{}}"#, "result"), (#"{"find":{"result":1,"later":2}}"#, "later"), (#"[]"#, "object"),
            (#"{"find":{"result":1,"after":\#(Story.toolTimeMax + 1)}}"#, "after"),
        ])
    func `a tool that nobody could ask, or that answers nothing, is told by its name`(tools: String, words: String)
        throws
    {
        let trouble = #expect(throws: Trouble.self) {
            try Self.story(tools: tools, of: #"[{"name":"find","kind":"http"},{"name":"here","kind":"builtin"}]"#)
        }
        #expect(trouble?.description.contains(words) == true)
    }
}
