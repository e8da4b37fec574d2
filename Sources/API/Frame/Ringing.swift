import HTTP
import Loop
import Process
import Store

/// Rings for the relays after whatever may have appended: every request that was not merely to read, however it was answered
/// (a refresh token that comes twice is refused, and the log says so).
struct Ringing: Sendable {
    private let bells: [(loop: Loop, bell: LogBell)]

    init(_ benches: [Workbench]) { bells = benches.map { ($0.loop, LogBell($0.postgres, $0.redis)) } }

    var middleware: Middleware {
        Middleware(
            { request, next in
                defer { if Self.mayAppend(request.method) { ring() } }
                return try await next(request)
            },
            // Nothing is appended at once.
            atOnce: { request, next in try next(request) })
    }

    private static func mayAppend(_ method: Method) -> Bool {
        switch method {
        case .get, .head, .options, .trace: false
        case .post, .put, .patch, .delete: true
        }
    }

    private func ring() { bells.first { $0.loop.isCurrent }?.bell.ring() }
}
