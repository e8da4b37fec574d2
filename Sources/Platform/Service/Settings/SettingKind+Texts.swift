extension SettingKind where Value == String {
    package static func text(_ expected: String, example: String) -> Self {
        SettingKind(expected: expected, example: example) { text throws(SettingFault) in
            guard text.utf8.count <= 1_024 else { throw SettingFault("is longer than 1024 bytes") }
            return text
        }
    }
}

extension SettingKind where Value == Secret {
    package static func secret(atLeast bytes: Int = 1) -> Self {
        SettingKind(
            expected: bytes > 1 ? "a secret of at least \(bytes) bytes" : "a secret", example: "…",
            visibility: .secret
        ) { text throws(SettingFault) in
            guard text.utf8.count >= bytes else { throw SettingFault("is shorter than \(bytes) bytes") }
            return Secret(text)
        }
    }
}

extension SettingKind where Value == Endpoint {
    package static func endpoint(_ schemes: String...) -> Self { address(schemes, .unquoted) }

    /// An address that may hold a password.
    package static func secretEndpoint(_ schemes: String...) -> Self { address(schemes, .secret) }

    private static func address(_ schemes: [String], _ visibility: SettingVisibility) -> Self {
        let list = schemes.map { "\($0)://" }.joined(separator: " or ")
        return SettingKind(
            expected: "an address that begins with \(list)", example: "\(schemes.first ?? "")://host:port",
            visibility: visibility
        ) { text throws(SettingFault) in
            let endpoint = try Endpoint(text)
            guard schemes.contains(endpoint.scheme) else { throw SettingFault("does not begin with \(list)") }
            if endpoint.host.isEmpty, endpoint.scheme.hasPrefix("http") || endpoint.scheme.hasPrefix("ws") {
                throw SettingFault("names no host")
            }
            return endpoint
        }
    }
}

extension SettingKind {
    /// One of the cases of an enumeration, by raw value.
    package static func choice(of type: Value.Type) -> Self
    where Value: CaseIterable & RawRepresentable<String> {
        let names = Value.allCases.map(\.rawValue)
        return SettingKind(expected: names.joined(separator: ", or "), example: names.first ?? "") {
            text throws(SettingFault) in
            guard let choice = Value(rawValue: text.lowercased()) else {
                throw SettingFault("is none of the possible words")
            }
            return choice
        }
    }

    /// Several values with commas in between; empty places are skipped.
    package static func list<Element: Sendable>(of element: SettingKind<Element>) -> Self where Value == [Element] {
        SettingKind(
            expected: "a list with commas, of \(element.expected)", example: "\(element.example),\(element.example)",
            visibility: element.visibility
        ) { text throws(SettingFault) in
            var values: [Element] = []
            for part in text.split(separator: ",") {
                let trimmed = part.trimmed
                if !trimmed.isEmpty { values.append(try element.parse(trimmed)) }
            }
            return values
        }
    }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        let tail = drop(while: blank)
        guard let last = tail.lastIndex(where: { !blank($0) }) else { return "" }
        return String(tail[...last])
    }
}
