import Domain
import Loop

/// One answer on its way: worked out as a whole, told word by word, as a model's would come. On the loop's thread alone.
final class LocalAnswer: ThinkerStream, @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    /// Between two words; nobody waits for it, since a voice takes whole sentences.
    private static let pace = Duration.milliseconds(1)

    private let loop: Loop
    private let reader: LocalReader
    private let deliver: (ThinkerEvent) -> Void
    private var task: Task<Void, Never>?
    private var words: ArraySlice<Substring> = []
    private var tools: [ThinkerToolUse] = []
    private var isOver = false
    private lazy var timer = Timer { [weak self] in self?.next() }

    init(_ thinker: LocalThinker, _ deliver: @escaping (ThinkerEvent) -> Void) {
        (loop, reader, self.deliver) = (thinker.loop, thinker.reader, deliver)
    }

    /// The task ends with the answer.
    func start(_ request: ThinkerRequest) {
        task = Task(executorPreference: loop) { [self] in await run(request) }
    }

    func cancel() {
        loop.checkIsolated()
        isOver = true
        task?.cancel()
        loop.disarm(timer)
    }

    private func run(_ request: ThinkerRequest) async {
        do {
            let instructions = request.messages.compactMap { message in
                if case .instruction(let text) = message { text } else { nil }
            }
            let texts = request.messages.compactMap { message in
                if case .caller(let text) = message { text.revealed } else { nil }
            }
            let script = try reader.script(in: instructions.first ?? "")
            let known = LocalKnowledge(instructions.first ?? "")
            let likeness = try await reader.likeness(of: texts, to: script, known)
            tell(LocalDialogue.answer(script, known, likeness, request.messages))
        } catch is LocalScriptFault {
            fail(StreamFault(.refused))
        } catch {
            fail(StreamFault(.overloaded))
        }
    }

    private func tell(_ answer: LocalDialogue.Answer) {
        guard !isOver else { return }
        words = answer.text.split(separator: " ")[...]
        tools = answer.tools
        next()
    }

    private func next() {
        guard !isOver else { return }
        if let word = words.popFirst() {
            deliver(.text(words.isEmpty ? String(word) : word + " "))
            if !isOver { loop.arm(timer, at: .now + Self.pace) }
            return
        }
        for tool in tools where !isOver { deliver(.tool(tool)) }
        guard !isOver else { return }
        isOver = true
        deliver(.finished(tools.isEmpty ? .stop : .toolCalls))
    }

    private func fail(_ fault: StreamFault) {
        guard !isOver else { return }
        isOver = true
        deliver(.failed(fault))
    }
}
