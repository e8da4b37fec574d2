import Wire

/// Reads one object of a script, and is strict: whoever misspells a name shall not wonder why nothing happens.
struct ScriptReader {
    private let members: JSONObject
    private let place: String
    private var read: Set<String> = []

    init(_ value: JSONValue, _ place: String) throws(LocalScriptFault) {
        guard case .object(let members) = value else { throw LocalScriptFault("\(place) is no object") }
        (self.members, self.place) = (members, place)
    }

    mutating func text(_ name: String) throws(LocalScriptFault) -> String? {
        switch member(name) {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw LocalScriptFault("\(place): \(name) is no text")
        }
    }

    mutating func needed(_ name: String) throws(LocalScriptFault) -> String {
        guard let text = try text(name), !text.isEmpty else { throw LocalScriptFault("\(place): \(name) is missing") }
        return text
    }

    mutating func count(_ name: String) throws(LocalScriptFault) -> Int? {
        switch member(name) {
        case nil, .null: return nil
        case .integer(let number) where 1...64 ~= number: return Int(number)
        default: throw LocalScriptFault("\(place): \(name) is no number from 1 to 64")
        }
    }

    /// One text counts as a list of one.
    mutating func texts(_ name: String) throws(LocalScriptFault) -> [String] {
        switch member(name) {
        case nil, .null: return []
        case .string(let text): return [text]
        case .array(let values):
            let texts = values.compactMap(\.text)
            guard texts.count == values.count else { throw LocalScriptFault("\(place): \(name) has what is no text") }
            return texts
        default: throw LocalScriptFault("\(place): \(name) is no list of texts")
        }
    }

    mutating func texts(byName name: String) throws(LocalScriptFault) -> [String: String] {
        var texts: [String: String] = [:]
        guard let value = member(name), value != .null else { return texts }
        guard case .object(let object) = value else { throw LocalScriptFault("\(place): \(name) is no object") }
        for entry in object.members {
            guard let text = entry.value.text else {
                throw LocalScriptFault("\(place): \(name).\(entry.name) is no text")
            }
            texts[entry.name] = text
        }
        return texts
    }

    mutating func object(_ name: String) throws(LocalScriptFault) -> ScriptReader? {
        guard let value = member(name), value != .null else { return nil }
        return try ScriptReader(value, "\(place): \(name)")
    }

    mutating func objects(_ name: String) throws(LocalScriptFault) -> [ScriptReader] {
        guard let value = member(name), value != .null else { return [] }
        guard case .array(let values) = value else { throw LocalScriptFault("\(place): \(name) is no list") }
        var readers: [ScriptReader] = []
        for (number, value) in values.enumerated() {
            readers.append(try ScriptReader(value, "\(place): \(name)[\(number)]"))
        }
        return readers
    }

    mutating func objects(byName name: String) throws(LocalScriptFault) -> [(String, ScriptReader)] {
        guard let value = member(name), value != .null else { return [] }
        guard case .object(let object) = value else { throw LocalScriptFault("\(place): \(name) is no object") }
        var readers: [(String, ScriptReader)] = []
        for entry in object.members {
            readers.append((entry.name, try ScriptReader(entry.value, "\(place): \(name).\(entry.name)")))
        }
        return readers
    }

    /// Everything in it was read.
    func end() throws(LocalScriptFault) {
        if let stranger = members.members.first(where: { !read.contains($0.name) }) {
            throw LocalScriptFault("\(place): nobody knows what \(stranger.name) means")
        }
    }

    private mutating func member(_ name: String) -> JSONValue? {
        read.insert(name)
        return members[name]
    }
}
