import Wire

/// Members of a frame, and which one is missing.
extension JSONValue {
    func member(_ name: String) throws(MediaFault) -> JSONValue {
        guard let value = self[name] else { throw .lacks(name) }
        return value
    }

    func optionalText(_ name: String) -> String? {
        if case .string(let text) = self[name] { text } else { nil }
    }

    func text(_ name: String) throws(MediaFault) -> String {
        guard let text = optionalText(name) else { throw .lacks(name) }
        return text
    }

    /// Digits, with or without quotes around them.
    func optionalCounter(_ name: String) -> Int64? {
        switch self[name] {
        case .integer(let value): value
        case .string(let text) where text.utf8.allSatisfy { $0 &- 48 < 10 }: Int64(text)
        default: nil
        }
    }

    func counter(_ name: String) throws(MediaFault) -> Int64 {
        guard let value = optionalCounter(name) else { throw .lacks(name) }
        return value
    }
}
