package import Service

extension Endpoint {
    /// The whole address without a slash at its end, for paths to be put behind.
    package var text: String {
        var text = revealed
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
