/// What is known of the customer, as the agent's instructions end with it: lines, some of them "name: value".
struct LocalKnowledge: Hashable, Sendable {
    static let heading = "What is known of the customer:"

    let lines: [String]

    init(_ instructions: String) {
        guard let heading = instructions.firstRange(of: Self.heading) else {
            lines = []
            return
        }
        let section = instructions[heading.upperBound...].drop { $0.isNewline }
        let end = section.firstRange(of: "\n\n")?.lowerBound ?? section.endIndex
        lines = section[..<end].split(whereSeparator: \.isNewline).map { line in
            String(line.drop { $0 == "-" || $0 == "*" || $0.isWhitespace })
        }.filter { !$0.isEmpty }
    }

    /// Of a line "Delivery address: …", by "delivery_address".
    func value(of name: String) -> String? {
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let key = line[..<colon].lowercased().replacing(" ", with: "_")
            let value = line[line.index(after: colon)...].drop { $0.isWhitespace }
            if key == name, !value.isEmpty { return String(value) }
        }
        return nil
    }
}
