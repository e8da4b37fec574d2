package import HTTP
package import Service

/// What a process does besides what all of them do.
package struct Duties: Sendable {
    /// Answered beside the operations routes.
    package var routes: [Route]
    /// Started after the workbenches and before the server, stopped after it.
    package var services: [ServiceGroup.Member]
    /// The title under which `/openapi.json` describes the routes; without one there is no such route.
    package var title: String?
    /// What `Schema.named` refers to in the routes' documentation.
    package var schemas: [(String, Schema)] = []
    /// Around every request, inside of what all processes do.
    package var middleware: [Middleware] = []
    package var limits: Limits
    /// Run when the process shall end, while the server still serves: what it carries may come to its own end in that time,
    /// which is half of what there is for all of the end.
    package var beforeDrain: (@Sendable (Duration) async -> Void)?

    package init(
        routes: [Route] = [], services: [ServiceGroup.Member] = [], title: String? = nil, limits: Limits = Limits()
    ) {
        self.routes = routes
        self.services = services
        self.title = title
        self.limits = limits
    }
}
