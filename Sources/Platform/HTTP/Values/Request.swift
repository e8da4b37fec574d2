/// One request, read completely: its head has been checked and its body is here.
///
/// The head is shared by all copies of a request, which makes them cheap to hand on.
package struct Request: Sendable {
    private var head: Head
    package var body: [UInt8]
    /// The pattern that the router chose this request's handler by, such as `/calls/{id}`; nil when none fits.
    package internal(set) var route: PathPattern?
    /// What the pattern's placeholders stand for, in order.
    package internal(set) var captures: [String] = []

    private final class Head: Sendable {
        let method: Method
        let isLegacy: Bool
        let keepsAlive: Bool
        let isPathPlain: Bool
        let target: String
        let path: String
        let headers: Headers
        let remoteAddress: String

        init(
            _ method: Method, _ target: String, path: String, isPathPlain: Bool, _ headers: Headers,
            from remoteAddress: String, keepsAlive: Bool, isLegacy: Bool
        ) {
            self.method = method
            self.target = target
            self.path = path
            self.isPathPlain = isPathPlain
            self.headers = headers
            self.remoteAddress = remoteAddress
            self.keepsAlive = keepsAlive
            self.isLegacy = isLegacy
        }
    }

    /// Nil when the target is no path that can be decoded strictly.
    package init?(
        _ method: Method, _ target: String, headers: Headers = Headers(), body: [UInt8] = [],
        from remoteAddress: String = ""
    ) {
        self.init(method, target, headers, body, from: remoteAddress, keepsAlive: true, isLegacy: false)
    }

    init?(
        _ method: Method, _ target: String, _ headers: Headers, _ body: [UInt8] = [], from remoteAddress: String,
        keepsAlive: Bool, isLegacy: Bool
    ) {
        var path = target
        var (hasQuery, isPlain) = (false, true)
        for byte in target.utf8 {
            if byte == UInt8(ascii: "?") {
                hasQuery = true
                break
            }
            if byte == UInt8(ascii: "%") { isPlain = false }
        }
        if hasQuery || !isPlain {
            let raw = target.utf8
            let end = raw.firstIndex(of: UInt8(ascii: "?")) ?? raw.endIndex
            guard let decoded = PercentCoding.decode(raw[..<end]) else { return nil }
            path = decoded
            if end != raw.endIndex, Query(raw[raw.index(after: end)...]) == nil { return nil }
        }
        head = Head(
            method, target, path: path, isPathPlain: isPlain, headers, from: remoteAddress, keepsAlive: keepsAlive,
            isLegacy: isLegacy)
        self.body = body
    }

    package var method: Method { head.method }
    /// Path and query as they were sent.
    package var target: String { head.target }
    /// The path, decoded. Routing looks at `segments`, in which an encoded slash stays inside its segment.
    package var path: String { head.path }
    /// The peer of the connection, or whom it speaks for where it is believed, as an address literal; empty when it had gone already.
    package var remoteAddress: String { head.remoteAddress }
    /// Whether the path was sent as it is, without any percent coding.
    var isPathPlain: Bool { head.isPathPlain }
    /// Whether the client will read another response on the connection.
    var keepsAlive: Bool { head.keepsAlive }
    /// HTTP/1.0: no chunks, and keeping the connection must be said.
    var isLegacy: Bool { head.isLegacy }

    package var headers: Headers {
        get { head.headers }
        set {
            head = Head(
                head.method, head.target, path: head.path, isPathPlain: head.isPathPlain, newValue,
                from: head.remoteAddress, keepsAlive: head.keepsAlive, isLegacy: head.isLegacy)
        }
    }

    /// The same request as one that `address` has sent: for who knows better than the connection.
    package func from(_ address: String) -> Request {
        guard address != head.remoteAddress else { return self }
        var request = self
        request.head = Head(
            head.method, head.target, path: head.path, isPathPlain: head.isPathPlain, head.headers, from: address,
            keepsAlive: head.keepsAlive, isLegacy: head.isLegacy)
        return request
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
