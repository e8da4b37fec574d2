package import Domain

/// A tool of an agent that is somebody's server.
package struct AgentTool: Hashable, Sendable {
    package let name: String
    package let description: String
    package let url: String
    package let isBackground: Bool
    package let timeout: Milliseconds
    /// Said while it is waited for.
    package let filler: String?
    /// A JSON schema.
    package let parameters: Freeform
}

extension AgentConfiguration {
    static let toolTimeoutUsual: Milliseconds = 5_000

    /// Those over HTTP. A name of ours stays ours: it would never be asked.
    package var tools: [AgentTool] {
        guard case .array(let all)? = settings["tools"] else { return [] }
        return all.compactMap { tool in
            guard case .string("http")? = tool["kind"], case .string(let name)? = tool["name"],
                case .string(let url)? = tool["url"], BuiltInTool(rawValue: name) == nil
            else { return nil }
            var (description, timeout, filler) = ("", Self.toolTimeoutUsual, String?.none)
            if case .string(let text)? = tool["description"] { description = text }
            if case .integer(let time)? = tool["timeout_ms"], time > 0 { timeout = Milliseconds(time) }
            if case .string(let text)? = tool["filler"], !text.isEmpty { filler = text }
            return AgentTool(
                name: name, description: description, url: url, isBackground: tool["mode"] == .string("background"),
                timeout: timeout, filler: filler,
                parameters: tool["parameters"] ?? .object(["type": .string("object")]))
        }
    }
}
