import HTTP
import Service
import Wire

/// What operators and their machines ask: is it alive, is it ready, what does it count.
enum OperationsRoutes {
    static let names: Set<String> = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"]

    private static let report = Schema.object(
        .required("status", .string),
        .required(
            "checks",
            .array(
                of: .object(
                    .required("name", .string), .required("status", .string), .optional("reason", .string),
                    .required("since", .string(format: "date-time"))))))

    static func all(health: HealthBoard, metrics: Metrics) -> [Route] {
        [
            .atOnce(
                .get, "/healthz",
                RouteDocumentation(
                    "Whether the process is alive", tags: ["Operations"],
                    answers: [.init(.ok, "It is", .object(.required("status", .oneOf(["up"]))))])
            ) { (_: Request) in .json(Array(#"{"status":"up"}"#.utf8)) },
            .atOnce(
                .get, "/readyz",
                RouteDocumentation(
                    "Whether the process can serve, and what is missing", tags: ["Operations"],
                    answers: [
                        .init(.ok, "It can", report),
                        .init(.serviceUnavailable, "It can't; the reasons are given", report),
                    ])
            ) { (_: Request) in
                let report = health.report
                return .json(report.json, status: report.isReady ? .ok : .serviceUnavailable)
            },
            .atOnce(
                .get, "/metrics",
                RouteDocumentation(
                    "What the process counts, for Prometheus", tags: ["Operations"],
                    answers: [.init(.ok, "The metrics", .string, contentType: .prometheus)])
            ) { (_: Request) in
                Response(.ok, .prometheus, body: .bytes(Array(metrics.exposition.utf8)))
            },
        ]
    }

    /// The interface, for machines and for people. Both are made once: routes don't change while a process runs.
    static func description(_ title: String, of routes: [Route], _ schemas: [(String, Schema)]) -> [Route] {
        let tree = OpenAPI.tree(title: title, version: ProcessIdentity.version, routes: routes, schemas: schemas)
        let document = tree.bytes()
        let machines = Route.atOnce(
            .get, "/openapi.json",
            RouteDocumentation(
                "This interface as OpenAPI 3.1", tags: ["Operations"], answers: [.init(.ok, "The document", .object())])
        ) { (_: Request) in .json(document) }
        let page = DocsPage(tree)
        let response = Response(.ok, .html, body: .bytes(page.html)).with("Content-Security-Policy", page.policy)
        let people = Route.atOnce(
            .get, "/docs",
            RouteDocumentation(
                "This interface as a page", tags: ["Operations"],
                answers: [.init(.ok, "The page", .string, contentType: .html)])
        ) { (_: Request) in response }
        return [machines, people]
    }
}
