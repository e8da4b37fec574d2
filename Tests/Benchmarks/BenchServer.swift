import HTTP
import Loop
import Process
import Service

/// The server that contests measure: this executable started again, in a process of its own.
enum BenchServer {
    /// `bare` is the server and nothing else, `bare-task` the same with a handler that may wait; `stack` is what our processes put around every request.
    static func main(_ arguments: [String]) throws {
        guard arguments.count == 2, let port = UInt16(arguments[1]) else { throw Trouble("serve <what> <port>") }
        switch arguments[0] {
        case "bare": try serveBare(port, ping)
        case "bare-task": try serveBare(port, taskPing)
        case "stack": try serveStation(port)
        default: throw Trouble("there is no server \(arguments[0])")
        }
    }

    static func start(_ what: String, port: UInt16) throws -> Child {
        let child = try Child(core: 0, Child.ownPath, ["serve", what, String(port)], silent: true)
        try Port.wait(port)
        return child
    }

    private static let ping = Route.atOnce(.get, "/ping") { (_: Request) in
        Response(.ok, .json, body: .text(#"{"status":"ok"}"#))
    }
    /// The same from a handler that could wait, which costs a task.
    private static let taskPing = Route(.get, "/ping") { (_: Request) in
        Response(.ok, .json, body: .text(#"{"status":"ok"}"#))
    }

    private static func serveBare(_ port: UInt16, _ ping: Route) throws {
        try Loops.run(1, name: "bench") { loops in
            var settings = ServerSettings()
            settings.port = port
            settings.limits.idleTime = .seconds(600)
            let router = Router([ping, MediaRoutes.echo, MediaRoutes.media])
            _ = try await Server.open(on: loops.all, settings, router: router)
            while true { try await loops.first.sleep(for: .seconds(3600)) }
        }
    }

    private static func serveStation(_ port: UInt16) throws {
        var reader = SettingsReader(.process)
        let settings = CommonSettings(&reader)
        try reader.finish()
        let identity = ProcessIdentity(name: "ledgerline-bench", role: "bench", purpose: "is measured.")
        let writer = try LogWriter(process: identity.role, format: .json)
        let log = Log(writer, threshold: .info)
        _ = try Loops.run(1, name: "bench") { loops in
            try await Station.run(
                StationPlan(identity, settings, port: port), on: loops, log: log, metrics: Metrics(), exitNow: {},
                started: { _ in }, duties: { _ in Duties(routes: [ping]) })
        }
    }
}
