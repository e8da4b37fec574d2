import Glibc
package import Loop

/// Serves the files below one folder, and nothing else.
///
/// A path with a dot segment, a backslash, a NUL or a hidden name does not exist, and neither does a link that leads
/// outside. Files have a strong `ETag`; conditions and a single range are honoured. With `name.gz` beside `name`, clients
/// that take gzip get that; the server packs what has none and is worth it. All that blocks runs on the lane; when it is full, the answer is 503.
package struct StaticFiles: Sendable {
    private let root: String
    private let lane: Lane
    private let cacheControl: String

    /// `cacheControl` is sent with every file; by default clients ask each time whether theirs is still the newest.
    package init(root: String, lane: Lane, cacheControl: String = "no-cache") throws(SystemError) {
        guard let real = unsafe realpath(root, nil) else { throw .last("realpath") }
        defer { unsafe free(real) }
        self.root = unsafe String(cString: real)
        self.lane = lane
        self.cacheControl = cacheControl
    }

    /// What a handler answers for the file at `path`, such as what `/assets/{path...}` captured. No path is `index.html`.
    package func response(to request: Request, path: String) async throws -> Response {
        let path = path.isEmpty ? "index.html" : path
        guard Self.isHarmless(path) else { throw Problem.notFound }
        do {
            return try await answer(request, path)
        } catch is LaneFull {
            throw Problem(.serviceUnavailable, "busy", detail: "too many files are being read")
        }
    }

    static func isHarmless(_ path: String) -> Bool {
        !path.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "\\") }
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".")
            }
    }

    private func answer(_ request: Request, _ path: String) async throws -> Response {
        let takesGzip = Coding.takesGzip(request.headers)
        let (found, isPacked) = try await lane.run { [root] () -> (OpenFile?, Bool) in
            if takesGzip, let packed = try OpenFile.open(path + ".gz", within: root) { return (packed, true) }
            return (try OpenFile.open(path, within: root), false)
        }
        guard let file = found else { throw Problem.notFound }
        var response = Response(.ok, ContentType.ofFile(named: path))
        response.headers.add(.cacheControl, cacheControl)
        response.headers.add(.vary, "Accept-Encoding")
        if isPacked { response.headers.add(.contentEncoding, "gzip") }
        let content = RangedContent(size: file.size, tag: file.tag, modified: file.modified) { [lane] range in
            try await lane.run { try file.read(range) }
        }
        return try await content.response(to: request, response)
    }
}
