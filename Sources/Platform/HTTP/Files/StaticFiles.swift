import Glibc
package import Loop

/// Serves the files below one folder, and nothing else.
///
/// A path with a dot segment, a backslash, a NUL or a hidden name does not exist, and neither does a link that leads
/// outside. Files have a strong `ETag`; conditions and a single range are honoured. With `name.gz` beside `name`, clients
/// that take gzip get that; the server packs what has none and is worth it. All that blocks runs on the lane; when it is full, the answer is 503.
package struct StaticFiles: Sendable {
    /// Up to this size a file is read at once; a larger one is streamed in pieces of this size.
    static let pieceBytes = 64 * 1_024

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
        response.headers.add(.eTag, file.tag.text)
        response.headers.add(.lastModified, file.modified.text)
        response.headers.add(.cacheControl, cacheControl)
        response.headers.add(.vary, "Accept-Encoding")
        if isPacked { response.headers.add(.contentEncoding, "gzip") }
        if Self.isUnchanged(file, request.headers) {
            response.status = .notModified
            response.contentType = nil
            return response
        }
        response.headers.add(.acceptRanges, "bytes")
        response.headers.add("X-Content-Type-Options", "nosniff")
        return try await fill(response, from: file, request)
    }

    private static func isUnchanged(_ file: OpenFile, _ headers: Headers) -> Bool {
        let tags = headers.values(of: .ifNoneMatch)
        if !tags.isEmpty { return file.tag.isNamed(in: tags.joined(separator: ",")) }
        guard let since = headers[.ifModifiedSince].flatMap({ HTTPDate($0) }) else { return false }
        return file.modified <= since
    }

    private func fill(_ plain: Response, from file: OpenFile, _ request: Request) async throws -> Response {
        var response = plain
        switch Self.range(of: file, request) {
        case .unsatisfiable:
            var problem = Problem(.rangeNotSatisfiable, "range_not_satisfiable")
            problem.headers.set(.contentRange, "bytes */\(file.size)")
            return problem.response
        case .whole: response.body = try await body(of: file, 0..<file.size, request.method)
        case .part(let range):
            response.status = .partialContent
            response.headers.add(.contentRange, "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)")
            response.body = try await body(of: file, range, request.method)
        }
        return response
    }

    /// A range counts for GET, and only while the file is still what the client has the rest of (`If-Range`).
    private static func range(of file: OpenFile, _ request: Request) -> ByteRange {
        guard request.method == .get else { return .whole }
        if let condition = request.headers[.ifRange], condition != file.tag.text, condition != file.modified.text {
            return .whole
        }
        return ByteRange(request.headers[.range], size: file.size)
    }

    private func body(of file: OpenFile, _ range: Range<Int>, _ method: Method) async throws -> Body {
        if method == .get, range.count <= Self.pieceBytes {
            let bytes = try await lane.run { try file.read(range) }
            // A file cut short meanwhile must not look like a whole one.
            guard bytes.count == range.count else {
                throw ResponseWriter.LengthBroken(missing: range.count - bytes.count)
            }
            return .bytes(bytes)
        }
        return .stream(
            BodyStream(length: range.count) { [lane] writer in
                var start = range.lowerBound
                while start < range.upperBound {
                    let piece = start..<min(start + Self.pieceBytes, range.upperBound)
                    let bytes = try await lane.run { try file.read(piece) }
                    if bytes.isEmpty { return }
                    try await writer.write(bytes)
                    start += bytes.count
                }
            })
    }
}
