import HTTP
import Loop
import Synchronization

/// The routes that the probes ask for.
enum ProbeRoutes {
    /// What handlers saw happen to them.
    final class Witness: Sendable {
        let begun = Atomic<Int>(0)
        let cancelled = Atomic<Int>(0)

        var begunCount: Int { begun.load(ordering: .sequentiallyConsistent) }
        var cancelledCount: Int { cancelled.load(ordering: .sequentiallyConsistent) }
    }

    static func router(_ witness: Witness = Witness()) -> Router { Router(routes(witness)) }

    static func routes(_ witness: Witness = Witness()) -> [Route] {
        [
            .atOnce(.get, "/ping") { (_: Request) in Response(.ok, .json, body: .text("{\"status\":\"ok\"}")) },
            Route(.post, "/len") { (request: Request) in .text("\(request.body.count)") },
            Route(.post, "/echo") { (request: Request) in
                Response(.ok, .bytes, body: .bytes(request.body))
            },
            Route(.get, "/header") { (request: Request) in
                .text(request.headers["telnyx-signature-ed25519"] ?? "none")
            },
            Route(.get, "/sleep") { (_: Request) in
                try await Self.loop.sleep(for: .milliseconds(5))
                return .text("slept")
            },
            Route(.get, "/slow") { (_: Request) in
                witness.begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
                do { try await Self.loop.sleep(for: .milliseconds(300)) } catch {
                    witness.cancelled.wrappingAdd(1, ordering: .sequentiallyConsistent)
                    throw error
                }
                return .text("slow")
            },
            Route(.get, "/forever") { (_: Request) in
                witness.begun.wrappingAdd(1, ordering: .sequentiallyConsistent)
                do { try await Self.loop.sleep(for: .seconds(3_600)) } catch {
                    witness.cancelled.wrappingAdd(1, ordering: .sequentiallyConsistent)
                    throw error
                }
                return .text("never")
            },
            Route(.get, "/big") { (_: Request) in
                Response(.ok, .bytes, body: .bytes([UInt8](repeating: 120, count: 8_000_000)))
            },
            Route(.get, "/broken") { (_: Request) in throw Broken() },
            Route(.get, "/problem") { (_: Request) in
                throw Problem(.conflict, "taken", detail: "someone \"else\" has it")
            },
        ]
    }

    struct Broken: Error {}

    static var loop: Loop {
        guard let loop = Loop.current else { preconditionFailure("a handler left its loop") }
        return loop
    }
}
