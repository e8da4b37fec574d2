/// What kind of bytes a body is.
package struct ContentType: Hashable, Sendable {
    package let text: String

    package init(_ text: String) { self.text = text }

    package static let json = ContentType("application/json")
    package static let problem = ContentType("application/problem+json")
    package static let plain = ContentType("text/plain; charset=utf-8")
    package static let html = ContentType("text/html; charset=utf-8")
    package static let eventStream = ContentType("text/event-stream")
    package static let bytes = ContentType("application/octet-stream")

    /// Whether compressing such bytes is worth the trouble.
    package var isTextLike: Bool {
        if text.hasPrefix("text/") { return self != .eventStream }
        let essence = text.prefix { $0 != ";" }
        return essence.hasSuffix("json") || essence.hasSuffix("xml") || essence.hasSuffix("javascript")
            || essence == "application/wasm"
    }

    /// From a file name's ending.
    package static func ofFile(named name: String) -> ContentType {
        guard let dot = name.lastIndex(of: ".") else { return .bytes }
        switch name[name.index(after: dot)...].lowercased() {
        case "html", "htm": return .html
        case "css": return ContentType("text/css; charset=utf-8")
        case "js", "mjs": return ContentType("text/javascript; charset=utf-8")
        case "json", "map": return .json
        case "txt", "md": return .plain
        case "csv": return ContentType("text/csv; charset=utf-8")
        case "xml": return ContentType("application/xml")
        case "svg": return ContentType("image/svg+xml")
        case "png": return ContentType("image/png")
        case "jpg", "jpeg": return ContentType("image/jpeg")
        case "gif": return ContentType("image/gif")
        case "webp": return ContentType("image/webp")
        case "ico": return ContentType("image/x-icon")
        case "woff2": return ContentType("font/woff2")
        case "wasm": return ContentType("application/wasm")
        case "pdf": return ContentType("application/pdf")
        case "wav": return ContentType("audio/wav")
        case "mp3": return ContentType("audio/mpeg")
        case "ogg", "opus": return ContentType("audio/ogg")
        case "webmanifest": return ContentType("application/manifest+json")
        default: return .bytes
        }
    }
}
