/// One element of a `Sec-WebSocket-Extensions` header: a name and its parameters.
struct WebSocketExtension: Hashable {
    let name: String
    let parameters: [Parameter]

    struct Parameter: Hashable {
        let name: String
        let value: String?
    }

    /// The list that a header's value is. Nil if it is malformed; no extension we know needs a quoted comma or semicolon.
    static func list(_ value: String) -> [WebSocketExtension]? {
        var list: [WebSocketExtension] = []
        for element in value.split(separator: ",") {
            var parts = element.split(separator: ";", omittingEmptySubsequences: false)
                .map { String($0).trimmingBlanks }
            let name = parts.removeFirst()
            guard HeaderName(name) != nil else { return nil }
            var parameters: [Parameter] = []
            for part in parts {
                guard let parameter = Parameter(part) else { return nil }
                parameters.append(parameter)
            }
            list.append(WebSocketExtension(name: name.lowercased(), parameters: parameters))
        }
        return list
    }
}

extension WebSocketExtension.Parameter {
    fileprivate init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0).trimmingBlanks }
        guard let name = parts.first, HeaderName(name) != nil else { return nil }
        var value = parts.count == 2 ? parts[1] : nil
        if let quoted = value, quoted.count >= 2, quoted.hasPrefix("\""), quoted.hasSuffix("\"") {
            value = String(quoted.dropFirst().dropLast())
        }
        if let value, HeaderName(value) == nil { return nil }
        self.init(name: name.lowercased(), value: value)
    }
}

// MARK: - permessage-deflate (RFC 7692)

extension WebSocketExtension {
    /// What we agree on, and what a client of ours offers: no message depends on another, in either direction.
    static let deflate = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

    /// Whether a server of ours can take this offer. One that limits our window is not: our zlib state is shared.
    var isAcceptableOffer: Bool {
        guard name == "permessage-deflate", hasDistinctParameters else { return false }
        return parameters.allSatisfy { parameter in
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil): true
            case ("client_max_window_bits", let bits): bits.map(Self.isWindow) ?? true
            default: false
            }
        }
    }

    /// Whether a server's answer to our offer is one we can work with.
    var isAcceptableAnswer: Bool {
        guard name == "permessage-deflate", hasDistinctParameters else { return false }
        let isKnown = parameters.allSatisfy { parameter in
            switch (parameter.name, parameter.value) {
            case ("server_no_context_takeover", nil), ("client_no_context_takeover", nil): true
            case ("server_max_window_bits", let bits): bits.map(Self.isWindow) ?? false
            default: false
            }
        }
        return isKnown && parameters.contains { $0.name == "server_no_context_takeover" }
    }

    private var hasDistinctParameters: Bool { Set(parameters.map(\.name)).count == parameters.count }

    private static func isWindow(_ bits: String) -> Bool {
        ["8", "9", "10", "11", "12", "13", "14", "15"].contains(bits)
    }
}
