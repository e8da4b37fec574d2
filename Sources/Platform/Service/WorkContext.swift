/// What the running task works on: the request it answers and the span it is in.
///
/// It follows into child tasks, but not through callbacks of C libraries: take it along by hand there.
package struct WorkContext: Sendable {
    @TaskLocal package static var current = WorkContext()

    package let request: Token?
    package let span: TraceContext?

    package init(request: Token? = nil, span: TraceContext? = nil) {
        self.request = request
        self.span = span
    }
}

extension Log {
    /// The same log for lines about what the running task works on.
    package var here: Log {
        let context = WorkContext.current
        return with(request: context.request, trace: context.span.map { Token($0.trace) })
    }
}
