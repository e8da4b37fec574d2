import CCurl

/// An absolute http or https address, taken apart. Whoever may not be asked, or can't be, is refused here.
package struct ClientURL: Hashable, Sendable {
    package enum Scheme: String, Sendable { case http, https }

    package let scheme: Scheme
    package let host: String
    package let port: UInt16
    /// Path and query.
    package let target: String

    /// Nil for anything but a well-formed http or https address without user name and password.
    package init?(_ text: String) {
        // curl reads up to the first NUL, and blanks are a mistake at best.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else { return nil }
        // curl takes one slash or three for two, and then finds a host where nobody else does.
        let rest = text.drop { $0 != ":" }
        guard rest.hasPrefix("://"), !rest.hasPrefix(":///") else { return nil }
        guard let parts = unsafe curl_url() else { preconditionFailure("libcurl has no memory for a URL") }
        defer { unsafe curl_url_cleanup(parts) }
        guard unsafe curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK else { return nil }
        func part(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(parts, part, &text, UInt32(flags)) == CURLUE_OK, let text = unsafe text else {
                return nil
            }
            defer { unsafe curl_free(text) }
            return unsafe String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME).flatMap(Scheme.init), let host = part(CURLUPART_HOST),
            let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).flatMap({ UInt16($0) }), port > 0,
            part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil
        else { return nil }
        self.scheme = scheme
        self.host = host
        self.port = port
        target = (part(CURLUPART_PATH) ?? "/") + (part(CURLUPART_QUERY).map { "?" + $0 } ?? "")
    }

    /// A ws or wss address, which is an http or https one under another name.
    static func webSocket(_ text: String) -> ClientURL? {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        guard scheme == "ws" || scheme == "wss" else { return nil }
        return ClientURL("http" + text.dropFirst(2))
    }

    /// What the Host header says.
    var authority: String {
        let isDefault = port == (scheme == .https ? 443 : 80)
        return isDefault ? host : "\(host):\(port)"
    }

    var text: String { "\(scheme.rawValue)://\(authority)\(target)" }
}
