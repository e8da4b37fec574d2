import Crypto

/// What was typed behind a command's name, taken apart: words, flags, and options that have a value.
struct Arguments {
    private(set) var words: [String] = []
    private var flags: Set<String> = []
    private var values: [String: [String]] = [:]

    /// `--name value` and `--name=value` are the same. What is in neither list is refused.
    init(_ arguments: [String], flags known: Set<String> = [], values named: Set<String> = []) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                guard !argument.hasPrefix("-") || Int64(argument) != nil else {
                    throw UsageError("unknown option \(argument)")
                }
                words.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if known.contains(argument) {
                flags.insert(argument)
            } else if named.contains(parts[0]) {
                guard let value = parts.count == 2 ? parts[1] : rest.popFirst(), !value.isEmpty else {
                    throw UsageError("\(parts[0]) needs a value")
                }
                values[parts[0], default: []].append(value)
            } else {
                throw UsageError("unknown option \(parts[0])")
            }
        }
    }

    func has(_ flag: String) -> Bool { flags.contains(flag) }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// Said once at most.
    func value(_ name: String) throws(UsageError) -> String? {
        let all = values[name] ?? []
        guard all.count < 2 else { throw UsageError("\(name) was said twice") }
        return all.first
    }

    func count(_ name: String, in range: ClosedRange<Int>) throws(UsageError) -> Int? {
        guard let text = try value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw UsageError("\(name) is a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
        }
        return number
    }

    func id(_ name: String) throws(UsageError) -> UUID? {
        guard let text = try value(name) else { return nil }
        return try Self.id(text, name)
    }

    /// Exactly these words, in this order.
    func words(_ names: String...) throws(UsageError) -> [String] {
        guard words.count >= names.count else { throw UsageError("\(names[words.count]) is missing") }
        guard words.count == names.count else { throw UsageError("\(words[names.count]) is one word too many") }
        return words
    }

    static func id(_ text: String, _ what: String) throws(UsageError) -> UUID {
        guard let id = UUID(text) else {
            throw UsageError("\(what) is an id such as 0198c5a2-7a00-7000-8000-000000000001, not \(text)")
        }
        return id
    }
}
