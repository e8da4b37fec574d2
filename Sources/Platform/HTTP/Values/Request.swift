/// One request, read completely: its head has been checked and its body is here.
package struct Request: Sendable {
    package var method: Method
    /// Path and query as they were sent.
    package let target: String
    /// The path, decoded. Routing looks at `segments`, in which an encoded slash stays inside its segment.
    package let path: String
    package var headers: Headers
    package var body: [UInt8]
    /// The peer of the connection, as an address literal; empty when it had gone already.
    package var remoteAddress = ""
    /// The pattern that the router chose this request's handler by, such as `/calls/{id}`; nil when none fits.
    package internal(set) var route: PathPattern?
    /// What the pattern's placeholders stand for, in order.
    package internal(set) var captures: [String] = []
    /// Whether the client will read another response on the connection.
    var keepsAlive = true
    /// HTTP/1.0: no chunks, and keeping the connection must be said.
    var isLegacy = false

    /// Nil when the target is no path that can be decoded strictly.
    package init?(_ method: Method, _ target: String, headers: Headers = Headers(), body: [UInt8] = []) {
        let raw = target.utf8
        let end = raw.firstIndex(of: UInt8(ascii: "?")) ?? raw.endIndex
        if end == raw.endIndex, !raw.contains(UInt8(ascii: "%")) {
            path = target
        } else {
            guard let path = PercentCoding.decode(raw[..<end]) else { return nil }
            self.path = path
            if end != raw.endIndex, Query(raw[raw.index(after: end)...]) == nil { return nil }
        }
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The parts of the path between slashes, each decoded by itself.
    package var segments: [String] {
        target.utf8.prefix { $0 != UInt8(ascii: "?") }.dropFirst()
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { segment in
                guard segment.contains(UInt8(ascii: "%")) else { return String(Substring(segment)) }
                guard let text = PercentCoding.decode(segment) else {
                    preconditionFailure("a target was taken that can't be decoded")
                }
                return text
            }
    }

    /// The query's items. They are read anew at each call.
    package var query: Query {
        let raw = target.utf8
        let start = raw.firstIndex(of: UInt8(ascii: "?")).map { raw.index(after: $0) } ?? raw.endIndex
        guard let query = Query(raw[start...]) else { preconditionFailure("a target was taken that can't be decoded") }
        return query
    }

    /// What the placeholder `name` of the route's pattern stands for.
    package func capture(_ name: String) -> String? {
        guard let place = route?.names.firstIndex(of: name) else { return nil }
        return captures[place]
    }
}
