/// The paths that one route answers: `/calls/{id}/events`, or `/assets/{path...}` for everything below a folder.
///
/// A placeholder stands for one whole segment; one with dots, which must be the last, for all that follow.
package struct PathPattern: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    enum Part: Hashable, Sendable {
        case literal(String)
        case placeholder(String)
        case rest(String)
    }

    /// Shared, because every request carries the pattern that it was routed by.
    private final class Content: Sendable {
        let text: String
        let parts: [Part]
        let names: [String]

        init(_ text: String, _ parts: [Part], _ names: [String]) {
            self.text = text
            self.parts = parts
            self.names = names
        }
    }

    private let content: Content

    var text: String { content.text }
    var parts: [Part] { content.parts }
    /// Of the placeholders, in order.
    var names: [String] { content.names }
    /// Whether it stands for one path alone.
    var isLiteral: Bool { names.isEmpty }

    /// Patterns stand in the source; a malformed one is a bug.
    package init(stringLiteral text: String) { self.init(text) }

    package init(_ text: String) {
        precondition(text.hasPrefix("/"), "a path begins with a slash: \(text)")
        let parts: [Part] = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part in
            guard part.hasPrefix("{"), part.hasSuffix("}") else { return .literal(String(part)) }
            let name = part.dropFirst().dropLast()
            return name.hasSuffix("...") ? .rest(String(name.dropLast(3))) : .placeholder(String(name))
        }
        let names: [String] = parts.compactMap { part in
            switch part {
            case .literal: nil
            case .placeholder(let name), .rest(let name): name
            }
        }
        content = Content(text, parts, names)
        precondition(Set(names).count == names.count && !names.contains(""), "placeholders need names: \(text)")
        for part in parts.dropLast() {
            if case .rest = part { preconditionFailure("only the last placeholder takes the rest: \(text)") }
        }
    }

    package var description: String { text }

    package static func == (left: PathPattern, right: PathPattern) -> Bool { left.text == right.text }
    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
