/// Where Redis is and how one enters, as an address says it:
/// `redis://user:password@host:port/database`, `rediss://…` for TLS, `unix:///path?db=0`.
///
/// User, password and path may be percent-encoded. Its description leaves the credentials out.
package struct RedisAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Place: Hashable, Sendable {
        case host(String, port: UInt16)
        case path(String)
    }

    package static let defaultPort: UInt16 = 6379

    package let place: Place
    package let isEncrypted: Bool
    package let credentials: RedisCredentials?
    package let database: Int

    package init(_ text: String) throws(RedisError) {
        guard let mark = text.firstRange(of: "://") else { throw Self.bad }
        let scheme = text[..<mark.lowerBound].lowercased()
        let (before, query) = Self.split(text[mark.upperBound...], at: "?")
        let slash = before.firstIndex(of: "/") ?? before.endIndex
        let path = before[slash...]
        var authority = before[..<slash]
        if let at = authority.lastIndex(of: "@") {
            credentials = try Self.credentials(authority[..<at])
            authority = authority[authority.index(after: at)...]
        } else {
            credentials = nil
        }
        switch scheme {
        case "redis", "rediss":
            guard query == nil else { throw Self.bad }
            place = try Self.host(authority)
            database = try path.count > 1 ? Self.database(path.dropFirst()) : 0
        case "unix":
            guard authority.isEmpty, path.count > 1 else { throw Self.bad }
            place = .path(try Self.decoded(path))
            if let query {
                guard query.hasPrefix("db=") else { throw Self.bad }
                database = try Self.database(query.dropFirst(3))
            } else {
                database = 0
            }
        default: throw Self.bad
        }
        isEncrypted = scheme == "rediss"
    }

    package var description: String {
        switch place {
        case .host(let host, let port):
            let host = host.contains(":") ? "[\(host)]" : host
            return "\(isEncrypted ? "rediss" : "redis")://\(host):\(port)/\(database)"
        case .path(let path): return "unix://\(path)?db=\(database)"
        }
    }

    private static let bad = RedisError(.badAddress, "address")

    private static func credentials(_ text: Substring) throws(RedisError) -> RedisCredentials? {
        let (user, password) = split(text, at: ":")
        guard let password else {
            // A user without a password can't log in.
            guard user.isEmpty else { throw bad }
            return nil
        }
        return RedisCredentials(user: user.isEmpty ? nil : try decoded(user), password: try decoded(password))
    }

    private static func host(_ text: Substring) throws(RedisError) -> Place {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else { throw bad }
            host = text[text.index(after: text.startIndex)..<close]
            let behind = text[text.index(after: close)...]
            guard behind.isEmpty || behind.first == ":" else { throw bad }
            port = behind.isEmpty ? nil : behind.dropFirst()
        } else {
            (host, port) = split(text, at: ":")
        }
        guard !host.isEmpty else { throw bad }
        guard let port else { return .host(String(host), port: defaultPort) }
        guard let number = UInt16(port), number > 0 else { throw bad }
        return .host(String(host), port: number)
    }

    private static func database(_ text: Substring) throws(RedisError) -> Int {
        guard let number = UInt16(text) else { throw bad }
        return Int(number)
    }

    private static func split(_ text: Substring, at mark: Character) -> (Substring, Substring?) {
        guard let place = text.firstIndex(of: mark) else { return (text, nil) }
        return (text[..<place], text[text.index(after: place)...])
    }

    private static func decoded(_ text: Substring) throws(RedisError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                throw bad
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw bad }
        return text
    }
}
