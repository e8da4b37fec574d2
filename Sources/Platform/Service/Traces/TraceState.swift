/// What other tracing systems pass along with a trace: we carry it on and add nothing.
/// https://www.w3.org/TR/trace-context/#tracestate-header
package struct TraceState: Hashable, Sendable {
    package static let membersMax = 32
    package static let bytesMax = 512

    /// As it is sent on.
    package let text: String

    package static let empty = TraceState(text: "")

    private init(text: String) { self.text = text }

    /// From one header, or several joined by commas. Nil when it is not well formed; then it is dropped and the trace
    /// goes on.
    package init?(_ source: String) {
        guard source.utf8.count <= Self.bytesMax else { return nil }
        var keys: Set<Substring> = []
        var members: [Substring] = []
        for part in source.split(separator: ",", omittingEmptySubsequences: true) {
            let member = part.drop(while: Self.isBlank)
            let end = member.lastIndex { !Self.isBlank($0) }
            guard let end else { continue }
            let trimmed = member[...end]
            guard let key = Self.key(of: trimmed), keys.insert(key).inserted else { return nil }
            members.append(trimmed)
        }
        guard members.count <= Self.membersMax else { return nil }
        text = members.joined(separator: ",")
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

    private static func key(of member: Substring) -> Substring? {
        guard let equals = member.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let key = member[..<equals]
        let value = member[member.utf8.index(after: equals)...].utf8
        let isValue =
            (1...256).contains(value.count)
            && value.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "=") }
        return isValue && isKey(key.utf8) ? key : nil
    }

    /// `name`, or `tenant@system`.
    private static func isKey(_ key: Substring.UTF8View) -> Bool {
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(parts[0], (1...256), mayBeginWithDigit: false)
        case 2:
            return isName(parts[0], (1...241), mayBeginWithDigit: true)
                && isName(parts[1], (1...14), mayBeginWithDigit: false)
        default: return false
        }
    }

    private static func isName(_ name: Substring.UTF8View, _ length: ClosedRange<Int>, mayBeginWithDigit: Bool) -> Bool
    {
        guard length.contains(name.count), let first = name.first else { return false }
        guard isLower(first) || (mayBeginWithDigit && isDigit(first)) else { return false }
        return name.allSatisfy { isLower($0) || isDigit($0) || "_-*/".utf8.contains($0) }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
