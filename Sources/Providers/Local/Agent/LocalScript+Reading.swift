import Wire

/// Why a script can't be used, in words for whoever wrote it.
package struct LocalScriptFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension LocalScript {
    /// Larger is not read.
    static let bytesMax = 256 << 10
    static let intentsMax = 200
    static let examplesMax = 100

    private static let opener = "```local"
    private static let closer = "```"

    /// The block of an agent's instructions that begins with "```local"; nil if there is none.
    package static func find(in instructions: String) throws(LocalScriptFault) -> LocalScript? {
        guard let block = block(in: instructions) else { return nil }
        return try LocalScript(String(block.script))
    }

    /// The instructions as others are given them: it is no use to a model.
    package static func instructions(without instructions: String) -> String {
        block(in: instructions).map { String($0.before) + String($0.after) } ?? instructions
    }

    private static func block(in text: String) -> (before: Substring, script: Substring, after: Substring)? {
        guard let start = text.firstRange(of: opener), text[start.upperBound...].first?.isNewline == true,
            start.lowerBound == text.startIndex || text[text.index(before: start.lowerBound)].isNewline
        else { return nil }
        let rest = text[start.upperBound...]
        let end = rest.firstRange(of: "\n" + closer)
        return (
            text[..<start.lowerBound], rest[..<(end?.lowerBound ?? rest.endIndex)],
            end.map { rest[$0.upperBound...] } ?? ""
        )
    }

    /// Of JSON.
    init(_ json: String) throws(LocalScriptFault) {
        guard json.utf8.count <= Self.bytesMax else { throw LocalScriptFault("has more than \(Self.bytesMax) bytes") }
        let document: JSONValue
        do throws(JSONError) { document = try JSONValue(json: Array(json.utf8)) } catch {
            throw LocalScriptFault("is no JSON: \(error)")
        }
        var reader = try ScriptReader(document, "the script")
        opening = try reader.text("opening")
        voicemail = try reader.text("voicemail")
        pronunciations = try reader.texts(byName: "pronunciations")
        fallbacks = try reader.texts("fallbacks")
        if fallbacks.isEmpty { fallbacks = [Self.fallback] }
        slots = [:]
        for (name, slot) in try reader.objects(byName: "slots") { slots[name] = try LocalSlot(slot) }
        intents = []
        for intent in try reader.objects("intents") { intents.append(try LocalIntent(intent)) }
        try reader.end()
        try check()
    }

    /// Nothing may be named that is not there.
    private func check() throws(LocalScriptFault) {
        guard intents.count <= Self.intentsMax else {
            throw LocalScriptFault("has more than \(Self.intentsMax) intents")
        }
        let names = Set(intents.map(\.name))
        guard names.count == intents.count else { throw LocalScriptFault("has two intents of one name") }
        for intent in intents {
            guard intent.examples.count <= Self.examplesMax else {
                throw LocalScriptFault("intent \(intent.name) has more than \(Self.examplesMax) examples")
            }
            if let slot = intent.slots.first(where: { slots[$0] == nil }) {
                throw LocalScriptFault("intent \(intent.name) needs the slot \(slot), which there is not")
            }
            if let before = intent.after.first(where: { !names.contains($0) }) {
                throw LocalScriptFault("intent \(intent.name) stands behind \(before), which there is not")
            }
        }
    }
}

extension LocalIntent {
    fileprivate init(_ reader: ScriptReader) throws(LocalScriptFault) {
        var reader = reader
        name = try reader.needed("name")
        examples = try reader.texts("examples")
        guard !examples.isEmpty else { throw LocalScriptFault("intent \(name) has no examples") }
        after = try reader.texts("after")
        slots = try reader.texts("slots")
        remember = try reader.text("remember")
        if var tool = try reader.object("tool") {
            self.tool = Tool(
                name: try tool.needed("name"), arguments: try tool.texts(byName: "arguments"),
                before: try tool.text("before"))
            try tool.end()
        }
        answers = try reader.texts("answers")
        guard !answers.isEmpty else { throw LocalScriptFault("intent \(name) has no answers") }
        failed = try reader.text("failed")
        let target = try reader.text("target")
        switch (try reader.text("then"), target) {
        case (nil, nil): break
        case ("end_call", nil): then = .endCall
        case ("transfer_call", let target?): then = .transfer(to: target)
        default: throw LocalScriptFault("intent \(name): then is end_call, or transfer_call with a target")
        }
        try reader.end()
    }
}

extension LocalSlot {
    fileprivate init(_ reader: ScriptReader) throws(LocalScriptFault) {
        var reader = reader
        let word = try reader.needed("kind")
        let length = try reader.count("length")
        let values = try reader.texts("values")
        switch word {
        case "digits": kind = .digits(length)
        case "number": kind = .number
        case "name": kind = .name
        case "date": kind = .date
        case "time": kind = .time
        case "email": kind = .email
        case "postcode": kind = .postcode
        case "choice" where !values.isEmpty: kind = .choice(values)
        case "text": kind = .text
        default:
            throw LocalScriptFault(
                "a slot is digits, number, name, date, time, email, postcode, text, or choice with values; not \(word)")
        }
        ask = try reader.needed("ask")
        again = try reader.text("again")
        examples = try reader.texts("examples")
        try reader.end()
    }
}
