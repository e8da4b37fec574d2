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

    /// What is known of a request when it comes.
    private struct Visit {
        let began: Moment
        let id: Token
        let route: String
        let span: TraceSpan

        var context: WorkContext { WorkContext(request: id, span: span.context) }
    }

    let log: Log
    let tracer: Tracer
    let series: RequestSeries
    private let ids = RequestIDs()

    init(log: Log, tracer: Tracer, series: RequestSeries) {
        self.log = log
        self.tracer = tracer
        self.series = series
    }

    var middleware: Middleware {
        Middleware({ try await serve($0, $1) }, atOnce: { serve($0, atOnce: $1) })
    }

    private func serve(_ request: Request, _ next: Handler) async throws -> Response {
        let visit = arrived(request)
        do {
            let response = try await WorkContext.$current.withValue(visit.context) { try await next(request) }
            return finish(visit, request, response)
        } catch {
            if error is CancellationError, Task.isCancelled {
                // The client has gone: nobody reads an answer, and nothing went wrong here.
                note(visit, request, 499)
                throw error
            }
            return finish(visit, request, answer(to: error, request, visit))
        }
    }

    private func serve(_ request: Request, atOnce next: PromptHandler) -> Response {
        let visit = arrived(request)
        do {
            let response = try WorkContext.$current.withValue(visit.context) { try next(request) }
            return finish(visit, request, response)
        } catch {
            return finish(visit, request, answer(to: error, request, visit))
        }
    }

    private func arrived(_ request: Request) -> Visit {
        let route = request.route?.description ?? RequestSeries.unmatched
        return Visit(
            began: .now, id: requestID(of: request), route: route,
            span: tracer.begin(route, .server, parent: parent(of: request)))
    }

    private func finish(_ visit: Visit, _ request: Request, _ answered: consuming Response) -> Response {
        var response = answered
        response.headers.add(Self.requestID, visit.id.description)
        note(visit, request, Int(response.status.rawValue))
        return response
    }

    private func answer(to error: any Error, _ request: Request, _ visit: Visit) -> Response {
        var problem = Answers.problem(for: error)
        problem.instance = "urn:request:\(visit.id)"
        if problem.status.rawValue >= 500 {
            visit.span.failed(error)
            log.with(request: visit.id).error("request_failed", .kind("method", request.method), .error(error))
        }
        return problem.response
    }

    private func note(_ visit: Visit, _ request: Request, _ status: Int) {
        let (route, span) = (visit.route, visit.span)
        let took = Moment.now - visit.began
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
                .id("request_id", visit.id), .id("trace_id", Token(span.context.trace)),
                .kind("method", request.method),
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
