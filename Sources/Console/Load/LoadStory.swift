import Domain
import Simulators
import Store

/// What is said in the calls of a load: the same three turns again and again, the third of them into the agent's word.
enum LoadStory {
    static let greeting = "Hello, this is the order desk. How can I help you?"
    /// What a simulated recognizer makes of every voice, and a simulated model answers.
    static let understood = "where is my order please"
    static let answer = "Your order left us on Monday morning and will be with you tomorrow before noon, I think."
    static let questions = ["where is my order", "can you deliver it to the office", "when will my order arrive"]

    /// Until somebody ends it; more often than any run takes.
    private static let rounds = 200
    /// The agent has ended when it has been quiet for so long.
    private static let pause = Milliseconds(700)

    static func steps(_ sounds: [[UInt8]]) -> [CallerScript.Step] {
        var steps: [CallerScript.Step] = [.hearVoice(quietFor: pause)]
        for _ in 0..<rounds {
            for (place, sound) in sounds.enumerated() {
                // The last falls into the answer to the one before.
                if place == sounds.count - 1 { steps.append(.hearVoiceFor(600)) }
                steps.append(.play(sound))
                if place != sounds.count - 2 { steps.append(.hearVoice(quietFor: pause)) }
            }
        }
        return steps
    }

    /// A call that is greeted, and over.
    static let short: [CallerScript.Step] = [.hearVoiceFor(200), .hangUp]

    static func agent(_ providers: LoadOptions.Providers) -> AgentConfiguration {
        var prompt = "You answer the telephone of a shop."
        if providers == .local { prompt += "\n```local\n\(script)\n```" }
        return AgentConfiguration(
            .object([
                "persona": .object(["system_prompt": .string(prompt), "first_message": .string(greeting)]),
                "turn_taking": .object([
                    // Stages that overlap could not be added up.
                    "speculates": .bool(false), "duration_max_ms": .integer(86_400_000),
                ]),
            ]))
    }

    private static let script = """
        {"intents": [
          {"name": "order", "examples": ["where is my order", "when will my order arrive", "where is it"],
           "answers": ["\(answer)"]},
          {"name": "address", "examples": ["can you deliver it to the office", "can I change the address"],
           "answers": ["I am sorry, it is already on its way to you, and it can not be sent to another address."]}],
         "fallbacks": ["I can tell you where an order is, and when it will arrive, if you tell me its number."]}
        """
}
