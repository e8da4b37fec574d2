import HTTP
import Store
import Wire

/// Objects and lists inside a body. What is wrong there is told by its whole pointer: `/tools/0/url`.
extension BodyReader {
    /// Of a document inside the body. Events hold more, and it must not be cut off there.
    static let depthMax = 16

    /// An object of a kind of its own. Where it may be left out, it is read as an empty one, for the sake of its stand-ins.
    mutating func object<Input: BodyInput>(_ name: String, of type: Input.Type, isRequired: Bool = false) {
        let value = take(name, Self.schema(of: type), isRequired: isRequired, "an object") { $0.asObject }
        guard !isDescribing, !keeps(name), value != nil || (!isRequired && !gives(name)) else { return }
        settle(name, read(type, from: value ?? JSONObject(), at: place(of: name)).taken)
    }

    /// A list of such objects.
    @discardableResult
    mutating func objects<Input: BodyInput>(
        _ name: String, of type: Input.Type, in counts: ClosedRange<Int>, else standIn: [JSONValue] = []
    ) -> [Input] {
        let values = take(
            name, .array(of: Self.schema(of: type), in: counts), isRequired: false,
            "a list of \(counts.lowerBound) to \(counts.upperBound) objects"
        ) { value -> [JSONObject]? in
            guard case .array(let values) = value, counts.contains(values.count) else { return nil }
            let objects = values.compactMap(\.asObject)
            return objects.count == values.count ? objects : nil
        }
        guard !isDescribing, !keeps(name) else { return [] }
        guard let values else {
            settle(name, .array(standIn))
            return []
        }
        let elements = values.enumerated().map { read(type, from: $1, at: "\(place(of: name))/\($0)") }
        settle(name, .array(elements.map(\.taken)))
        return elements.map(\.input)
    }

    private mutating func read<Input: BodyInput>(
        _ type: Input.Type, from object: JSONObject, at pointer: String
    ) -> (input: Input, taken: JSONValue) {
        var reader = BodyReader(object, at: pointer)
        let input = Input(&reader)
        reader.refuseUnknown()
        add(reader.faults)
        return (input, reader.document)
    }

    /// All that was read, in the order of the names.
    var document: JSONValue { .object(taken.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }) }

    /// An example with all its stand-ins.
    static func completed<Input: BodyInput>(_ type: Input.Type) -> JSONValue {
        var reader = BodyReader(type.example.asObject ?? JSONObject())
        _ = Input(&reader)
        return reader.document
    }

    // MARK: - More kinds of members

    @discardableResult
    mutating func decimal(_ name: String, in range: ClosedRange<Double>, else standIn: Double) -> Double {
        let words = "a number from \(range.lowerBound) to \(range.upperBound)"
        let number = take(name, .number(in: range).described(words), isRequired: false, words) { value in
            value.number.flatMap { range.contains($0) ? $0 : nil }
        }
        if number == nil, !keeps(name) { settle(name, .double(standIn)) }
        return number ?? standIn
    }

    /// Any object that is not too long and not too deep to be kept.
    mutating func documentOrNil(_ name: String, bytesMax: Int) -> JSONValue? {
        guard let value = documentOrNil(name) else { return nil }
        if value.bytes().count > bytesMax { fault(name, "takes \(bytesMax) bytes at most") }
        if !value.isFlatter(than: Self.depthMax) { fault(name, "goes deeper than \(Self.depthMax) levels") }
        return value
    }

    /// Text of a shape that `words` describe, and `pattern` where a regular expression says as much.
    mutating func textOrNil(
        _ name: String, in lengths: ClosedRange<Int>, isRequired: Bool = false, _ words: String,
        matching pattern: String? = nil, where isGood: (String) -> Bool
    ) -> String? {
        let schema: Schema = pattern.map { .text(in: lengths, matching: $0) } ?? .text(in: lengths)
        return take(name, schema.described(words), isRequired: isRequired, words) { value in
            value.text.flatMap { lengths.contains($0.unicodeScalars.count) && isGood($0) ? $0 : nil }
        }
    }

    mutating func text(_ name: String, in lengths: ClosedRange<Int>, else standIn: String) -> String {
        let text = textOrNil(name, in: lengths)
        if text == nil, !keeps(name) { settle(name, .string(standIn)) }
        return text ?? standIn
    }

    @discardableResult
    mutating func texts(_ name: String, in counts: ClosedRange<Int>, each lengths: ClosedRange<Int>) -> [String] {
        let words =
            "a list of \(counts.lowerBound) to \(counts.upperBound) texts of \(lengths.lowerBound) to \(lengths.upperBound) characters"
        let texts = take(name, .array(of: .text(in: lengths), in: counts), isRequired: false, words) {
            value -> [String]? in
            guard case .array(let values) = value, counts.contains(values.count) else { return nil }
            let texts = values.compactMap(\.text).filter {
                lengths.contains($0.unicodeScalars.count) && !$0.utf8.contains(0)
            }
            return texts.count == values.count ? texts : nil
        }
        if texts == nil, !keeps(name) { settle(name, .array([])) }
        return texts ?? []
    }
}

extension JSONValue {
    var asObject: JSONObject? { if case .object(let object) = self { object } else { nil } }

    /// At most so many objects and arrays inside each other.
    fileprivate func isFlatter(than depth: Int) -> Bool {
        switch self {
        case .array(let values): depth > 0 && values.allSatisfy { $0.isFlatter(than: depth - 1) }
        case .object(let object): depth > 0 && object.members.allSatisfy { $0.value.isFlatter(than: depth - 1) }
        default: true
        }
    }
}
