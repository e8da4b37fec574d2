/// What Twilio is told to do, in its markup. Every text and attribute goes through here, and so can't end its element.
struct TwiML {
    private var text = "<Response>"

    /// A whole document with what `body` puts into it.
    static func document(_ body: (inout TwiML) -> Void) -> String {
        var document = TwiML()
        body(&document)
        return document.text + "</Response>"
    }

    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], text content: String = ""
    ) {
        element(name, attributes) { $0.text += Self.escaped(content) }
    }

    mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:], _ body: (inout TwiML) -> Void
    ) {
        text += "<\(name)"
        for (attribute, value) in attributes {
            if let value { text += " \(attribute)=\"\(Self.escaped(value))\"" }
        }
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&apos;"
            // XML 1.0 has no place for them, written as references or not.
            case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
