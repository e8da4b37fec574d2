import Loop

/// Begins and ends spans.
///
/// A trace that comes from outside keeps its caller's decision whether it is recorded; of our own, the share `ratio`
/// is, decided by the trace's id so that all processes would decide alike. What is recorded goes to the exporter, which
/// never makes us wait.
package final class Tracer: Sendable {
    private let ids = IDSource()
    private let exporter: SpanExporter?
    /// Traces whose low 63 bits are below this are recorded.
    private let threshold: UInt64

    /// Without an exporter nothing is recorded, and contexts are passed on as they came.
    package init(ratio: Double = 0, exporter: SpanExporter? = nil) {
        precondition((0...1).contains(ratio), "the share of traces is from 0 to 1")
        self.exporter = exporter
        threshold = ratio == 1 ? 1 << 63 : UInt64(ratio * Double(UInt64(1) << 63))
    }

    /// Runs `body` in a span that ends with it, and records an error that it throws.
    ///
    /// The parent is `parent`, or the span this task is in. `name` comes from a closed set, such as the routes; it
    /// never holds ids.
    package func withSpan<Value>(
        _ name: String, _ kind: SpanKind = .inside, parent: TraceContext? = nil,
        _ body: (TraceSpan) async throws -> Value
    ) async rethrows -> Value {
        let around = WorkContext.current
        let span = begin(name, kind, parent: parent ?? around.span)
        return try await WorkContext.$current.withValue(WorkContext(request: around.request, span: span.context)) {
            do {
                let value = try await body(span)
                end(span)
                return value
            } catch {
                span.failed(error)
                end(span)
                throw error
            }
        }
    }

    /// A span that `end` must be called for: only where the two ends can't be one scope.
    package func begin(_ name: String, _ kind: SpanKind = .inside, parent: TraceContext?) -> TraceSpan {
        let trace = parent?.trace ?? TraceID(random: ids.next(), ids.next())
        let isSampled = parent.map { $0.sampling == .recorded } ?? (trace.low & (1 << 63 - 1) < threshold)
        let context = TraceContext(
            trace: trace, span: SpanID(random: ids.next()), sampling: isSampled ? .recorded : .ignored,
            state: parent?.state ?? .empty)
        guard isSampled, exporter != nil else { return TraceSpan(context: context, record: nil) }
        let now = WallTime.now
        let facts = FinishedSpan(
            context: context, parent: parent?.span, name: name, kind: kind, start: now, end: now)
        return TraceSpan(context: context, record: .init(facts, startedAt: .now))
    }

    package func end(_ span: TraceSpan) {
        if let finished = span.finished { exporter?.take(finished) }
    }
}
