import Domain
import HTTP
import Loop
import Wire

/// One socket of the simulated Cartesia: speaks several contexts at a time. On its loop's thread alone.
final class CartesiaSession: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    private struct Context {
        var waiting: [CartesiaOrderRead] = []
        /// Audio already given.
        var spoken: Int64 = 0
        var flushes: Int64 = 0
        /// Distinguishes it from an earlier one of the same name.
        let number: Int
    }

    private let performance: Performance
    private let settings: CartesiaSimulator.Settings
    private var contexts: [String: Context] = [:]
    private var begun = 0

    init(_ performance: Performance, _ settings: CartesiaSimulator.Settings) {
        (self.performance, self.settings) = (performance, settings)
    }

    func run() async throws {
        let loop = performance.socket.loop
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            while let message = try await receive() {
                performance.stage.note { $0.messagesIn += 1 }
                guard let document = try? JSONValue(json: message.bytes) else {
                    try await fail(nil, 400)
                    continue
                }
                performance.stage.note(document)
                guard let order = CartesiaOrderRead(document) else {
                    try await fail(document["context_id"]?.text, 400)
                    continue
                }
                guard let number = try await admit(order) else { continue }
                group.addTask(executorPreference: loop) { [self] in try await speak(order.context, number) }
            }
        }
    }

    private func receive() async throws -> WebSocketMessage? {
        do {
            return try await performance.socket.receive()
        } catch is WebSocketError {
            return nil
        }
    }

    /// Takes an order in; the number of its context if that has to begin to speak.
    private func admit(_ order: CartesiaOrderRead) async throws -> Int? {
        if order.isCancel {
            contexts[order.context] = nil
            return nil
        }
        if contexts[order.context] != nil {
            contexts[order.context]?.waiting.append(order)
            return contexts[order.context]?.waiting.count == 1 ? contexts[order.context]?.number : nil
        }
        guard contexts.count < settings.contextsMax else {
            try await fail(order.context, 429)
            return nil
        }
        begun += 1
        contexts[order.context] = Context(waiting: [order], number: begun)
        return begun
    }

    private func isAlive(_ name: String, _ number: Int) -> Bool { contexts[name]?.number == number }

    private func speak(_ name: String, _ number: Int) async throws {
        while isAlive(name, number), let order = contexts[name]?.waiting.first {
            if !order.text.isEmpty { try await speak(order, number) }
            guard isAlive(name, number) else { return }
            contexts[name]?.waiting.removeFirst()
            guard order.goesOn else {
                contexts[name] = nil
                return try await say(
                    [
                        ("type", .string("done")), ("context_id", .string(name)), ("done", .bool(true)),
                        ("status_code", .integer(200)),
                    ], name)
            }
        }
    }

    private func speak(_ order: CartesiaOrderRead, _ number: Int) async throws {
        let name = order.context
        let (samples, words) = WordTones(rate: order.format.rate).speak(order.text)
        let offset = contexts[name]?.spoken ?? 0
        if order.wantsTimes, !words.isEmpty { try await sayTimes(words, offset, name) }
        let bytes = SimulatedSound(order.format).bytes(samples)
        let length = max(1, order.format.bytes(in: settings.chunk))
        for start in stride(from: 0, to: bytes.count, by: length) {
            if settings.pace > .zero { try await performance.socket.loop.sleep(for: settings.pace) }
            guard isAlive(name, number) else { return }
            let piece = Array(bytes[start..<min(start + length, bytes.count)])
            try await say(
                [
                    ("type", .string("chunk")), ("context_id", .string(name)),
                    ("data", .string(Base64.standard.encode(piece.span))), ("done", .bool(false)),
                    ("status_code", .integer(206)), ("step_time", .double(1.5)),
                ], name)
        }
        contexts[name]?.spoken += order.format.duration(ofBytes: bytes.count).count
        guard order.isUnbuffered, isAlive(name, number) else { return }
        contexts[name]?.flushes += 1
        try await say(
            [
                ("type", .string("flush_done")), ("context_id", .string(name)), ("done", .bool(false)),
                ("flush_done", .bool(true)), ("flush_id", .integer(contexts[name]?.flushes ?? 0)),
                ("status_code", .integer(206)),
            ], name)
    }

    private func sayTimes(_ words: [Word], _ offset: Int64, _ name: String) async throws {
        let times = JSONValue.object([
            ("words", .array(words.map { .string($0.text.revealed) })),
            ("start", .array(words.map { .seconds($0.startedAt.count + offset) })),
            ("end", .array(words.map { .seconds($0.endedAt.count + offset) })),
        ])
        try await say(
            [
                ("type", .string("timestamps")), ("context_id", .string(name)), ("done", .bool(false)),
                ("status_code", .integer(206)), ("word_timestamps", times),
            ], name)
    }

    private func say(_ members: [(String, JSONValue)], _ context: String?) async throws {
        try await performance.say(.object(members)) { Self.error(context, $0) }
    }

    private func fail(_ context: String?, _ status: UInt16) async throws {
        try await performance.say(Self.error(context, status)) { Self.error(context, $0) }
    }

    static func error(_ context: String?, _ status: UInt16) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("type", .string("error")), ("done", .bool(true)), ("status_code", .integer(Int64(status))),
            ("error_code", .string(status == 429 ? "concurrency_limited" : "simulated")),
            ("title", .string("Simulated")), ("message", .string("simulated")), ("request_id", .string("simulated")),
        ]
        if let context { members.append(("context_id", .string(context))) }
        return .object(members)
    }
}
