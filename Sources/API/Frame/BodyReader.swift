import Crypto
import HTTP
import Wire

/// What a request's body says, as a type. Its initialiser reads member after member; reading is declaring: the same code gives
/// the values, the schema, and the names that are known.
protocol BodyInput: Sendable {
    static var example: JSONValue { get }
    init(_ body: inout BodyReader)
}

/// Reads a JSON object member by member and remembers everything that is wrong with it. What can't be read gives a stand-in, so
/// that reading goes on; `finish` then refuses, and names each place by its pointer.
struct BodyReader {
    private let object: JSONObject
    let isDescribing: Bool
    /// Where the object stands in the body.
    private let pointer: String
    private var known: Set<String> = []
    private(set) var properties: [Schema.Property] = []
    private(set) var declared: [(name: String, schema: Schema)] = []
    private(set) var faults: [Problem.Fault] = []
    /// What was read, with the stand-ins of what was not there.
    private(set) var taken: [String: JSONValue] = [:]
    /// What the body does not name stays as it is: nothing is required, and nothing stands in.
    var isPartial = false

    init(_ object: JSONObject, isDescribing: Bool = false, at pointer: String = "") {
        self.object = object
        self.isDescribing = isDescribing
        self.pointer = pointer
    }

    static func read<Input: BodyInput>(_ type: Input.Type, from request: Request) throws(Problem) -> Input {
        var reader = BodyReader(try object(in: request), isDescribing: false)
        let input = Input(&reader)
        try reader.finish()
        return input
    }

    static func schema<Input: BodyInput>(of type: Input.Type) -> Schema {
        Schema.object(describing(type).properties).closed
    }

    static func describing<Input: BodyInput>(_ type: Input.Type) -> BodyReader {
        var reader = BodyReader(JSONObject(), isDescribing: true)
        _ = Input(&reader)
        return reader
    }

    private static func object(in request: Request) throws(Problem) -> JSONObject {
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type == "application/json" else {
            throw Problem(.unsupportedMediaType, "unsupported_media_type", detail: "send application/json")
        }
        var limits = JSONLimits()
        limits.bytesMax = max(request.body.count, 1)
        let value: JSONValue
        do { value = try JSONValue(json: request.body, limits: limits) } catch {
            throw Problem(.badRequest, "malformed_json", detail: error.description)
        }
        guard case .object(let object) = value else {
            throw Problems.invalidBody([.init(pointer: "", message: "is an object")])
        }
        return object
    }

    private mutating func finish() throws(Problem) {
        refuseUnknown()
        if !faults.isEmpty { throw Problems.invalidBody(faults) }
    }

    mutating func refuseUnknown() {
        for member in object.members where !known.contains(member.name) {
            fault(member.name, "is not known here")
        }
    }

    /// Notes that something is wrong with a member.
    mutating func fault(_ name: String, _ message: String) {
        guard !isDescribing else { return }
        faults.append(.init(pointer: place(of: name), message: message))
    }

    mutating func add(_ others: [Problem.Fault]) { faults += others }

    func place(of name: String) -> String {
        "\(pointer)/\(name.replacing("~", with: "~0").replacing("/", with: "~1"))"
    }

    /// The member is left as it is.
    func keeps(_ name: String) -> Bool { isPartial && object[name] == nil }

    /// It is named, and has no value any more.
    func clears(_ name: String) -> Bool { object[name] == .null }

    func gives(_ name: String) -> Bool { object[name] != nil && !clears(name) }

    /// What stands for a member from now on.
    mutating func settle(_ name: String, _ value: JSONValue) {
        if !isDescribing { taken[name] = value }
    }

    /// For a member that is not there, or null.
    private mutating func standIn(_ name: String, _ value: @autoclosure () -> JSONValue) {
        if !isDescribing, taken[name] == nil, !keeps(name) { taken[name] = value() }
    }

    private mutating func member(_ name: String, _ schema: Schema, isRequired: Bool) -> JSONValue? {
        known.insert(name)
        if isDescribing {
            declared.append((name, schema))
            let mustBeThere = isRequired && !isPartial
            properties.append(mustBeThere ? .required(name, schema) : .optional(name, schema.orNull))
            return nil
        }
        guard let value = object[name], value != .null else {
            if isRequired, !keeps(name) { fault(name, "is missing") }
            return nil
        }
        return value
    }

    mutating func take<Value>(
        _ name: String, _ schema: Schema, isRequired: Bool, _ expected: String, _ read: (JSONValue) -> Value?
    ) -> Value? {
        guard let value = member(name, schema, isRequired: isRequired) else { return nil }
        guard let read = read(value) else {
            fault(name, "is \(expected)")
            return nil
        }
        taken[name] = value
        return read
    }

    // MARK: - Members

    @discardableResult
    mutating func text(_ name: String, in lengths: ClosedRange<Int>) -> String {
        optionalText(name, in: lengths, isRequired: true) ?? ""
    }

    @discardableResult
    mutating func textOrNil(_ name: String, in lengths: ClosedRange<Int>) -> String? {
        optionalText(name, in: lengths, isRequired: false)
    }

    private mutating func optionalText(_ name: String, in lengths: ClosedRange<Int>, isRequired: Bool) -> String? {
        take(
            name, .text(in: lengths), isRequired: isRequired,
            "text of \(lengths.lowerBound) to \(lengths.upperBound) characters"
        ) { value in
            // Postgres keeps no NUL.
            value.text.flatMap { lengths.contains($0.unicodeScalars.count) && !$0.utf8.contains(0) ? $0 : nil }
        }
    }

    mutating func id(_ name: String) -> UUID { idOrNil(name, isRequired: true) ?? UUID(value: 0) }

    mutating func idOrNil(_ name: String, isRequired: Bool = false) -> UUID? {
        take(name, .string(format: "uuid"), isRequired: isRequired, "an id such as \(Examples.id)") {
            $0.text.flatMap { UUID($0) }
        }
    }

    mutating func number(_ name: String, in range: ClosedRange<Int>) -> Int {
        numberOrNil(name, in: range, isRequired: true) ?? range.lowerBound
    }

    @discardableResult
    mutating func numberOrNil(_ name: String, in range: ClosedRange<Int>, isRequired: Bool = false) -> Int? {
        let number = take(
            name, .integer(in: range), isRequired: isRequired,
            "a whole number from \(range.lowerBound) to \(range.upperBound)"
        ) { value -> Int? in
            // 5.0 is as whole as 5: to JSON Schema, and to languages that know no other numbers.
            let whole = value.wholeNumber.map { Int($0) } ?? value.number.flatMap { Int(exactly: $0) }
            return whole.flatMap { range.contains($0) ? $0 : nil }
        }
        // Whoever reads what was kept knows whole numbers only as such.
        if let number { settle(name, .integer(Int64(number))) }
        return number
    }

    mutating func number(_ name: String, in range: ClosedRange<Int>, else standIn: Int) -> Int {
        let number = numberOrNil(name, in: range) ?? standIn
        self.standIn(name, .integer(Int64(standIn)))
        return number
    }

    @discardableResult
    mutating func flag(_ name: String, else standIn: Bool) -> Bool {
        let schema = Schema.boolean
        let flag = take(name, schema, isRequired: false, "true or false") {
            if case .bool(let flag) = $0 { flag } else { nil }
        }
        self.standIn(name, .bool(standIn))
        return flag ?? standIn
    }

    @discardableResult
    mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, else standIn: Word) -> Word {
        let words = Word.allCases.map(\.rawValue)
        let word = take(name, .oneOf(words), isRequired: false, "one of \(words.joined(separator: ", "))") {
            $0.text.flatMap { Word(rawValue: $0) }
        }
        self.standIn(name, .string(standIn.rawValue))
        return word ?? standIn
    }

    /// Each word at most once, at least one.
    mutating func words<Word: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String, of type: Word.Type
    ) -> [Word] {
        let words = Word.allCases.map(\.rawValue)
        return take(
            name, .set(of: words), isRequired: true, "a list of words out of \(words.joined(separator: ", "))"
        ) { value in
            guard case .array(let values) = value else { return nil }
            let found = values.compactMap { $0.text.flatMap { Word(rawValue: $0) } }
            guard found.count == values.count, !found.isEmpty, Set(found).count == found.count else { return nil }
            return found
        } ?? []
    }

    /// Each word at most once; all of them where none is named.
    mutating func wordsOrAll<Word: RawRepresentable<String> & CaseIterable & Hashable>(
        _ name: String, of type: Word.Type
    ) -> [Word] {
        let words = Word.allCases.map(\.rawValue)
        return take(
            name, .set(of: words), isRequired: false, "a list of words out of \(words.joined(separator: ", "))"
        ) { value in
            guard case .array(let values) = value else { return nil }
            let found = values.compactMap { $0.text.flatMap { Word(rawValue: $0) } }
            guard found.count == values.count, !found.isEmpty, Set(found).count == found.count else { return nil }
            return found
        } ?? Array(Word.allCases)
    }

    /// Any document, of somebody else's shape.
    mutating func documentOrNil(_ name: String) -> JSONValue? {
        take(name, .object(), isRequired: false, "an object") { if case .object = $0 { $0 } else { nil } }
    }
}
