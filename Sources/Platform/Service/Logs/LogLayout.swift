import Wire

/// How a line becomes bytes.
enum LogLayout: Sendable {
    /// One JSON object a line; `process` stands on each.
    case json(process: String)
    /// Time, level in colour, event, and `name=value` behind it.
    case human

    func append(_ line: LogLine, to queue: inout ByteQueue) {
        switch self {
        case .json(let process): appendJSON(line, process, to: &queue)
        case .human: appendHuman(line, to: &queue)
        }
    }

    // MARK: - JSON

    private func appendJSON(_ line: LogLine, _ process: String, to queue: inout ByteQueue) {
        queue.append("{\"time\":\"")
        queue.append(dateOf: line.time)
        queue.append("T")
        queue.append(clockOf: line.time)
        queue.append("Z\",\"level\":\"")
        queue.append(line.level.word)
        queue.append("\",\"event\":")
        queue.append(quoted: line.event)
        queue.append(",\"process\":")
        queue.append(quoted: process)
        forEachName(in: line.context) { name, token in
            queue.append(",\"")
            queue.append(name)
            queue.append("\":\"")
            queue.append(token: token)
            queue.append(UInt8(ascii: "\""))
        }
        for field in line.fields {
            queue.append(UInt8(ascii: ","))
            queue.append(fieldName: field)
            queue.append(UInt8(ascii: ":"))
            queue.append(jsonValueOf: field)
        }
        queue.append("}\n")
    }

    // MARK: - For people

    private func appendHuman(_ line: LogLine, to queue: inout ByteQueue) {
        queue.append("\u{1b}[2m")
        queue.append(clockOf: line.time)
        queue.append("\u{1b}[0m ")
        switch line.level {
        case .debug: queue.append("\u{1b}[2mDEBUG\u{1b}[0m ")
        case .info: queue.append("\u{1b}[32mINFO\u{1b}[0m  ")
        case .warn: queue.append("\u{1b}[33mWARN\u{1b}[0m  ")
        case .error: queue.append("\u{1b}[31mERROR\u{1b}[0m ")
        }
        queue.append(line.event)
        for field in line.fields {
            queue.append(UInt8(ascii: " "))
            queue.append(field.name)
            if case .milliseconds = field.value { queue.append("_ms") }
            queue.append(UInt8(ascii: "="))
            queue.append(jsonValueOf: field)
        }
        forEachName(in: line.context) { name, token in
            queue.append(UInt8(ascii: " "))
            queue.append(name)
            queue.append(UInt8(ascii: "="))
            queue.append(token: token)
        }
        queue.append(UInt8(ascii: "\n"))
    }

    private func forEachName(in context: LogContext?, _ body: (StaticString, Token) -> Void) {
        guard let context else { return }
        if let request = context.request { body("request_id", request) }
        if let turn = context.turn { body("turn_id", turn) }
        if let call = context.call { body("call_id", call) }
        if let correlation = context.correlation { body("correlation_id", correlation) }
        if let trace = context.trace { body("trace_id", trace) }
    }
}
