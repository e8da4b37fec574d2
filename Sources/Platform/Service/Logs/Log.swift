/// Writes lines about one thing: a value that carries whom the lines are about.
///
/// A line is an event with fields, not prose: `log.info("call_answered", .duration("ringing", time))`. Writing never
/// blocks and never fails; see `LogWriter` for what happens when lines come faster than they can be written.
package struct Log: Sendable {
    package let threshold: LogLevel
    private let writer: LogWriter
    private let about: About?

    /// Shared by all copies, so that a `Log` is three words to pass around.
    private final class About: Sendable {
        let context: LogContext
        init(_ context: LogContext) { self.context = context }
    }

    package init(_ writer: LogWriter, threshold: LogLevel = .info) { self.init(writer, threshold, nil) }

    private init(_ writer: LogWriter, _ threshold: LogLevel, _ about: About?) {
        self.writer = writer
        self.threshold = threshold
        self.about = about
    }

    /// The same log for lines about something narrower; what is not named stays as it was.
    package func with(
        request: Token? = nil, turn: Token? = nil, call: Token? = nil, correlation: Token? = nil, trace: Token? = nil
    ) -> Log {
        var context = about?.context ?? LogContext()
        context.request = request ?? context.request
        context.turn = turn ?? context.turn
        context.call = call ?? context.call
        context.correlation = correlation ?? context.correlation
        context.trace = trace ?? context.trace
        return Log(writer, threshold, About(context))
    }

    package func writes(_ level: LogLevel) -> Bool { level >= threshold }

    package func debug(_ event: StaticString, _ fields: Field...) { write(.debug, event, fields) }
    package func info(_ event: StaticString, _ fields: Field...) { write(.info, event, fields) }
    package func warn(_ event: StaticString, _ fields: Field...) { write(.warn, event, fields) }
    package func error(_ event: StaticString, _ fields: Field...) { write(.error, event, fields) }

    package func write(_ level: LogLevel, _ event: StaticString, _ fields: [Field]) {
        guard level >= threshold else { return }
        writer.write(level, event, about?.context, fields)
    }
}
