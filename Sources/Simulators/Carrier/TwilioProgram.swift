/// Twilio's markup as a list of what is done one after the other, as far as the simulator does it. What it can't read is nil.
struct TwilioProgram: Equatable {
    enum Verb: Equatable {
        case stream(url: String, callback: String?)
        /// Somebody else is called, and the two are put together.
        case dial(number: String, callback: String?, events: Set<String>)
        case pause(seconds: Int)
        case reject
        case hangUp
        /// Nobody at the far end waits for it.
        case other(String)
    }

    let verbs: [Verb]

    init?(_ text: String) {
        var reader = MarkupReader(text)
        guard let document = reader.element(), document.name == "Response", reader.isAtEnd else { return nil }
        verbs = document.children.map { element in
            switch element.name {
            case "Connect":
                guard let stream = element.children.first, stream.name == "Stream", let url = stream.attributes["url"]
                else { return .other(element.name) }
                return .stream(url: url, callback: stream.attributes["statusCallback"])
            case "Dial":
                guard let number = element.children.first, number.name == "Number" else { return .other(element.name) }
                let events = number.attributes["statusCallbackEvent"] ?? "completed"
                return .dial(
                    number: number.text, callback: number.attributes["statusCallback"],
                    events: Set(events.split(separator: " ").map(String.init)))
            case "Pause": return .pause(seconds: element.attributes["length"].flatMap { Int($0) } ?? 1)
            case "Reject": return .reject
            case "Hangup": return .hangUp
            default: return .other(element.name)
            }
        }
    }
}

/// As much of XML as Twilio's markup needs.
private struct MarkupReader {
    struct Element {
        var name = ""
        var attributes: [String: String] = [:]
        var children: [Element] = []
        var text = ""
    }

    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
        if rest.hasPrefix("<?xml"), let end = rest.firstRange(of: "?>") { rest = rest[end.upperBound...] }
    }

    var isAtEnd: Bool { rest.allSatisfy(\.isWhitespace) }

    mutating func element() -> Element? {
        skipText()
        guard rest.first == "<", let end = rest.firstIndex(of: ">") else { return nil }
        var tag = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        let isClosed = tag.hasSuffix("/")
        if isClosed { tag = tag.dropLast() }
        var element = Element()
        element.name = String(tag.prefix { !$0.isWhitespace })
        guard let attributes = Self.attributes(tag.dropFirst(element.name.count)) else { return nil }
        element.attributes = attributes
        if isClosed { return element }
        while true {
            let words = rest.prefix { $0 != "<" }
            element.text += Self.plain(words)
            rest = rest[words.endIndex...]
            if rest.hasPrefix("</\(element.name)>") {
                rest = rest.dropFirst(element.name.count + 3)
                return element
            }
            guard let child = self.element() else { return nil }
            element.children.append(child)
        }
    }

    private mutating func skipText() { rest = rest.drop { $0 != "<" } }

    private static func attributes(_ text: Substring) -> [String: String]? {
        var (attributes, rest) = ([String: String](), text.drop(while: \.isWhitespace))
        while !rest.isEmpty {
            guard let middle = rest.firstRange(of: "=\"") else { return nil }
            let value = rest[middle.upperBound...].prefix { $0 != "\"" }
            guard value.endIndex < rest.endIndex else { return nil }
            attributes[String(rest[..<middle.lowerBound])] = plain(value)
            rest = rest[value.endIndex...].dropFirst().drop(while: \.isWhitespace)
        }
        return attributes
    }

    private static func plain(_ text: Substring) -> String {
        var text = String(text)
        let written = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        for (code, character) in written {
            text = text.split(separator: code, omittingEmptySubsequences: false).joined(separator: character)
        }
        return text
    }
}
