import Domain
import Loop

/// The protocol of one of Cartesia's sockets, on which many utterances are spoken at a time; pure.
///
/// An utterance is a context there. What still comes for one that was cancelled, or is over, is dropped because nobody has
/// it any more.
struct CartesiaSpeaking {
    enum Step: Equatable {
        case send(CartesiaOrder)
        case deliver(String, SynthesizerEvent)
    }

    private struct Context {
        let request: SynthesizerRequest
        var isFinishing = false
        /// Texts that no flush has answered.
        var unanswered = 0
        /// When the next sign is due; nil when none is.
        var due: Moment?
        /// Audio has come since the last text.
        var isFlowing = false
        var hasText = false
    }

    private enum Phase: Equatable {
        /// → open, over
        case opening(by: Moment)
        /// → over
        case open
        case over(StreamFault)
    }

    private var phase: Phase
    private let settings: CartesiaSettings
    private var contexts: [String: Context] = [:]
    /// What was ordered before the socket was open.
    private var waiting: [CartesiaOrder] = []
    private var waitingBytes = 0
    /// Faults of our own making, told when it is woken and not from within the caller's own call.
    private var faults: [String: StreamFault] = [:]
    /// Utterances that ended without a word.
    private var silent: [String] = []
    /// Whether this server says when a text is spoken; if not, silence between texts is none of our business.
    private var tellsFlushes = false

    init(_ settings: CartesiaSettings, at now: Moment) {
        self.settings = settings
        phase = .opening(by: now + settings.deadlines.opening)
    }

    var isOver: Bool { if case .over = phase { true } else { false } }
    var count: Int { contexts.count }

    /// When it wants to be woken.
    var wakeAt: Moment? {
        if !faults.isEmpty || !silent.isEmpty { return Moment(nanoseconds: 0) }
        switch phase {
        case .opening(let by): return by
        case .open: return contexts.values.lazy.compactMap(\.due).min()
        case .over: return nil
        }
    }

    // MARK: - What we want

    mutating func began(_ name: String, _ request: SynthesizerRequest) {
        contexts[name] = Context(request: request)
        if case .over(let fault) = phase { faults[name] = fault }
    }

    mutating func said(_ text: String, in name: String, at now: Moment) -> [Step] {
        guard var context = contexts[name], !context.isFinishing, !text.isEmpty else { return [] }
        context.hasText = true
        context.unanswered += 1
        context.isFlowing = false
        context.due = now + settings.deadlines.beginning
        contexts[name] = context
        return order(.say(text, in: name, context.request, goesOn: true), text.utf8.count)
    }

    mutating func finished(_ name: String, at now: Moment) -> [Step] {
        guard var context = contexts[name], !context.isFinishing else { return [] }
        context.isFinishing = true
        let patience = context.isFlowing ? settings.deadlines.middle : settings.deadlines.beginning
        context.due = now + patience
        contexts[name] = context
        guard context.hasText else {
            silent.append(name)
            return []
        }
        return order(.say("", in: name, context.request, goesOn: false), 0)
    }

    mutating func cancelled(_ name: String) -> [Step] {
        faults[name] = nil
        silent.removeAll { $0 == name }
        guard let context = contexts.removeValue(forKey: name), context.hasText else { return [] }
        if phase == .open { return [.send(.cancel(name))] }
        waiting.removeAll { if case .say(_, in: name, _, _) = $0 { true } else { false } }
        return []
    }

    private mutating func order(_ order: CartesiaOrder, _ bytes: Int) -> [Step] {
        switch phase {
        case .open: return [.send(order)]
        case .over: return []
        case .opening:
            guard waitingBytes + bytes <= settings.waitingBytesMax else {
                if case .say(_, in: let name, _, _) = order { faults[name] = StreamFault(.flooded) }
                return []
            }
            waitingBytes += bytes
            waiting.append(order)
            return []
        }
    }

    /// The network does not take what this utterance says.
    mutating func flooded(_ name: String) { faults[name] = StreamFault(.flooded) }

    // MARK: - What happened

    mutating func opened(at now: Moment) -> [Step] {
        guard case .opening = phase else { return [] }
        phase = .open
        for name in contexts.keys where contexts[name]?.due != nil {
            contexts[name]?.due = now + settings.deadlines.beginning
        }
        defer { (waiting, waitingBytes) = ([], 0) }
        return waiting.map { .send($0) }
    }

    /// The connection has ended; everything on it failed.
    mutating func closed(_ fault: StreamFault) -> [Step] {
        guard !isOver else { return [] }
        phase = .over(fault)
        return failAll(fault)
    }

    mutating func woke(at now: Moment) -> [Step] {
        var steps: [Step] = []
        for name in silent where contexts.removeValue(forKey: name) != nil { steps.append(.deliver(name, .done)) }
        silent = []
        for (name, fault) in faults.sorted(by: { $0.key < $1.key }) { steps += fail(name, fault) }
        faults = [:]
        switch phase {
        case .opening(let by): return now < by ? steps : steps + closed(StreamFault(.stalled(.opening)))
        case .over: return steps
        case .open:
            let late = contexts.filter { $0.value.due.map { $0 <= now } ?? false }
            for (name, context) in late.sorted(by: { $0.key < $1.key }) {
                steps.append(.send(.cancel(name)))
                steps += fail(name, StreamFault(.stalled(context.isFlowing ? .middle : .beginning)))
            }
            return steps
        }
    }

    mutating func received(_ message: Span<UInt8>, at now: Moment) -> [Step] {
        guard !isOver else { return [] }
        let parsed: CartesiaMessage
        do throws(StreamFault) {
            parsed = try CartesiaMessage(message)
        } catch {
            return closed(error)
        }
        if case .error(let fault) = parsed.content, parsed.context == nil { return failAll(fault) }
        guard let name = parsed.context, contexts[name] != nil else { return [] }
        switch parsed.content {
        case .chunk(let audio):
            contexts[name]?.isFlowing = true
            expectNext(name, at: now)
            return audio.isEmpty ? [] : [.deliver(name, .audio(audio))]
        case .words(let words):
            expectNext(name, at: now)
            return words.isEmpty ? [] : [.deliver(name, .words(words))]
        case .flushed:
            tellsFlushes = true
            if let left = contexts[name]?.unanswered, left > 0 { contexts[name]?.unanswered = left - 1 }
            expectNext(name, at: now)
            return []
        case .done:
            // Before our last text it is the provider's mistake, and the rest would never be spoken.
            let wasFinishing = contexts[name]?.isFinishing ?? false
            guard wasFinishing else { return fail(name, StreamFault(.disconnected)) }
            contexts[name] = nil
            return [.deliver(name, .done)]
        case .error(let fault): return fail(name, fault)
        case .unknown: return []
        }
    }

    /// Sets when the next sign is due, after one came.
    private mutating func expectNext(_ name: String, at now: Moment) {
        guard let context = contexts[name] else { return }
        let isDue = context.isFinishing || (tellsFlushes && context.unanswered > 0)
        contexts[name]?.due = isDue ? now + settings.deadlines.middle : nil
        // The first audio of a text is awaited, whatever else came before it.
        if context.unanswered > 0, !context.isFlowing { contexts[name]?.due = context.due }
    }

    private mutating func fail(_ name: String, _ fault: StreamFault) -> [Step] {
        guard contexts.removeValue(forKey: name) != nil else { return [] }
        return [.deliver(name, .failed(fault))]
    }

    private mutating func failAll(_ fault: StreamFault) -> [Step] {
        contexts.keys.sorted().flatMap { fail($0, fault) }
    }
}
