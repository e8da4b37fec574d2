import HTTP
import Loop
import Service

/// What happens around every request, in this order: it gets an id, a span, its counts and its line in the log, and an
/// error that leaves the handler becomes a response.
///
/// One middleware instead of five: at this place each layer would cost a suspended frame and a closure per request.
struct FrontDesk: Sendable {
    static let requestID: HeaderName = "X-Request-ID"
    private static let traceParent: HeaderName = "traceparent"
    private static let traceState: HeaderName = "tracestate"

    let log: Log
    let tracer: Tracer
    let series: RequestSeries
    private let ids = RequestIDs()

    init(log: Log, tracer: Tracer, series: RequestSeries) {
        self.log = log
        self.tracer = tracer
        self.series = series
    }

    func serve(_ request: Request, _ next: Handler) async throws -> Response {
        let began = Moment.now
        let id = requestID(of: request)
        let route = request.route?.description ?? RequestSeries.unmatched
        let span = tracer.begin(route, .server, parent: parent(of: request))
        var response: Response
        do {
            response = try await WorkContext.$current.withValue(WorkContext(request: id, span: span.context)) {
                try await next(request)
            }
        } catch {
            if error is CancellationError, Task.isCancelled {
                // The client has gone: nobody reads an answer, and nothing went wrong here.
                finish(request, route, 499, began, id, span)
                throw error
            }
            response = answer(to: error, request, id, span)
        }
        response.headers.add(Self.requestID, id.description)
        finish(request, route, Int(response.status.rawValue), began, id, span)
        return response
    }

    private func answer(to error: any Error, _ request: Request, _ id: Token, _ span: TraceSpan) -> Response {
        var problem = Answers.problem(for: error)
        problem.instance = "urn:request:\(id)"
        if problem.status.rawValue >= 500 {
            span.failed(error)
            log.with(request: id).error("request_failed", .kind("method", request.method), .error(error))
        }
        return problem.response
    }

    private func finish(
        _ request: Request, _ route: String, _ status: Int, _ began: Moment, _ id: Token, _ span: TraceSpan
    ) {
        let took = Moment.now - began
        series.count(request.method, route, status, took)
        if span.isRecorded {
            span.set(
                .kind("http.request.method", request.method), .harmless("http.route", RouteName(route)),
                .count("http.response.status_code", status))
        }
        tracer.end(span)
        let level: LogLevel = status >= 500 ? .warn : OperationsRoutes.names.contains(route) ? .debug : .info
        guard log.writes(level) else { return }
        log.write(
            level, "request_served",
            [
                .id("request_id", id), .id("trace_id", Token(span.context.trace)), .kind("method", request.method),
                .harmless("route", RouteName(route)), .count("status", status), .duration("took", took),
            ])
    }

    /// The caller's own id if it is a sane token, else a new one.
    private func requestID(of request: Request) -> Token {
        guard let text = request.headers[Self.requestID] else { return ids.next() }
        let token = Token(text)
        return token.isRedacted ? ids.next() : token
    }

    private func parent(of request: Request) -> TraceContext? {
        guard request.headers.has(Self.traceParent) else { return nil }
        let parents = request.headers.values(of: Self.traceParent)
        guard parents.count == 1 else { return nil }
        let states = request.headers.values(of: Self.traceState)
        return TraceContext(parent: parents[0], state: states.isEmpty ? nil : states.joined(separator: ","))
    }
}

/// A route's pattern: it was written in the source, so it may stand in a log.
private struct RouteName: Harmless {
    let description: String

    init(_ pattern: String) { description = pattern }
}
