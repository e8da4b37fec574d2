import Crypto
package import HTTP
import Loop
import Service
package import Wire

/// A bucket in a store of S3's protocol: files go there, and others read them by links. On its client's loop alone, which is why
/// `@unchecked` holds.
package final class S3Bucket: @unchecked Sendable {
    /// Of one request that the store did not answer, or answered with "later". Between them it waits, each time twice as long.
    package static let triesMax = 4
    /// A recording of an hour has 58 MB, and a slow line takes its time.
    static let uploadMax = Duration.seconds(1_800)
    /// What is said about an error; we read its status.
    static let answerBytesMax = 64 << 10

    private let http: HTTPClient
    private let place: S3Place
    private let signature: S3Signature
    private let now: @Sendable () -> Timestamp
    private let pause: Duration
    package private(set) var triesAgain = 0

    package init(
        _ settings: S3Settings, through http: HTTPClient, pause: Duration = .milliseconds(500),
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) throws(S3Incomplete) {
        (place, signature) = try settings.parts()
        (self.http, self.pause, self.now) = (http, pause, now)
    }

    // MARK: - Files

    /// A file as it lies on the disk. `read` gives a part of it, fewer bytes at its end.
    package struct Source: Sendable {
        let byteCount: Int
        let read: @Sendable (_ place: Int, _ count: Int) async throws -> [UInt8]

        package init(
            byteCount: Int, read: @escaping @Sendable (_ place: Int, _ count: Int) async throws -> [UInt8]
        ) {
            (self.byteCount, self.read) = (byteCount, read)
        }

        static let pieceBytes = 256 << 10

        /// What the store holds against what arrived.
        func digest() async throws -> String {
            var digest = Digest(.sha256)
            var place = 0
            while place < byteCount {
                let piece = try await read(place, min(Self.pieceBytes, byteCount - place))
                if piece.isEmpty { throw S3Fault.changed }
                digest.update(piece.span)
                place += piece.count
            }
            return Hex.encode(digest.finish().span)
        }
    }

    /// Puts it there whole, in the place of what has that name: once or several times, the store has it once.
    package func put(_ source: Source, as key: String, type: String) async throws {
        let digest = try await source.digest()
        _ = try await send(.put, key, payload: digest, headers: [(.contentType, type)]) { request in
            request.body = .stream(length: source.byteCount, next: Reading(source).next)
            request.deadlines.total = Self.uploadMax
        }
    }

    /// A part of a file, which has so many bytes at least.
    package func read(_ key: String, from place: Int, count: Int) async throws -> [UInt8] {
        let range = "bytes=\(place)-\(place + count - 1)"
        let bytes = try await send(.get, key, payload: Self.nothing, headers: [(.range, range)], keeping: count)
        guard bytes.count == count else { throw S3Fault.changed }
        return bytes
    }

    /// Done as well where there is none.
    package func remove(_ key: String) async throws { _ = try await send(.delete, key, payload: Self.nothing) }

    private static let nothing = Hex.encode(HashFunction.sha256.digest(of: []).span)

    /// Goes through a source once, on the client's loop: that is why `@unchecked` holds.
    private final class Reading: @unchecked Sendable {
        private let source: Source
        private var place = 0

        init(_ source: Source) { self.source = source }

        @Sendable func next() async throws -> [UInt8]? {
            guard place < source.byteCount else { return nil }
            let piece = try await source.read(place, min(Source.pieceBytes, source.byteCount - place))
            place += piece.count
            return piece.isEmpty ? nil : piece
        }
    }

    // MARK: - Requests

    /// What is answered, so many bytes of it and a piece more at most.
    private func send(
        _ method: Method, _ key: String, payload: String, headers: [(HeaderName, String)] = [],
        keeping bytesMax: Int = 0, _ complete: (inout ClientRequest) -> Void = { _ in }
    ) async throws -> [UInt8] {
        var (wait, attempt) = (pause, 1)
        while true {
            do {
                return try await sendOnce(method, key, payload, headers, bytesMax, complete)
            } catch let fault as S3Fault where fault.isPassing && attempt < Self.triesMax {
                triesAgain += 1
                try await http.loop.sleep(for: wait)
                wait *= 2
                attempt += 1
            }
        }
    }

    private func sendOnce(
        _ method: Method, _ key: String, _ payload: String, _ headers: [(HeaderName, String)], _ bytesMax: Int,
        _ complete: (inout ClientRequest) -> Void
    ) async throws -> [UInt8] {
        let (path, date) = (place.path(of: key), S3Date(now()))
        let own: [(HeaderName, String)] =
            headers + [("x-amz-content-sha256", payload), ("x-amz-date", date.text)]
        let signed = S3Signature.Signed(
            method.rawValue, path: path, headers: own.map { ($0.0.text.lowercased(), $0.1) } + [("host", place.host)],
            payload: payload)
        var request = ClientRequest(method, place.origin + path)
        for (name, value) in own { request.headers.add(name, value) }
        request.headers.add(.authorization, signature.authorization(signed, at: date))
        // A longer one must not hide its status.
        request.responseBytesMax = nil
        complete(&request)
        do {
            let response = try await http.send(request)
            var bytes: [UInt8] = []
            let limit = max(bytesMax, Self.answerBytesMax)
            while bytes.count <= limit, let piece = try await response.body.next() { bytes += piece }
            guard (200..<300).contains(response.status.rawValue) else {
                // What is not there is removed.
                if method == .delete, response.status == .notFound { return [] }
                throw S3Fault.status(Int(response.status.rawValue))
            }
            return bytes
        } catch let error as HTTPClientError {
            if error.code == .bodySourceFailed { throw S3Fault.changed }
            throw S3Fault.unreachable(error)
        }
    }
}

/// Makes links to files in a bucket, which is asked nothing for that.
package struct S3Links: Sendable {
    private let place: S3Place
    private let signature: S3Signature

    package init(_ settings: S3Settings) throws(S3Incomplete) { (place, signature) = try settings.parts() }

    /// Good for everybody who has it.
    package func link(to key: String, seconds: Int, at now: Timestamp) -> String {
        let path = place.path(of: key)
        return place.origin + path + "?"
            + signature.query("GET", path: path, host: place.host, seconds: seconds, at: S3Date(now))
    }
}

/// Where a bucket is: its name stands in the path, as every store takes it.
package struct S3Place: Sendable {
    let origin: String
    let host: String
    private let prefix: String

    init(_ endpoint: Endpoint, bucket: String) {
        let usual: UInt16 = endpoint.scheme == "https" ? 443 : 80
        let name = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        host = endpoint.port.flatMap { $0 == usual ? nil : "\(name):\($0)" } ?? name
        origin = "\(endpoint.scheme)://\(host)"
        var path = endpoint.path
        while path.hasSuffix("/") { path.removeLast() }
        prefix = "\(path)/\(S3Signature.encoded(bucket))/"
    }

    func path(of key: String) -> String { prefix + S3Signature.encoded(key, keepsSlashes: true) }
}

/// Why a store did not do what it was asked for.
package enum S3Fault: Error, Harmless {
    case unreachable(HTTPClientError)
    case status(Int)
    /// The file is another one than when it was begun.
    case changed

    /// Asked again, it may do it.
    var isPassing: Bool {
        switch self {
        case .unreachable: true
        case .status(let status): status >= 500 || status == 408 || status == 429
        case .changed: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let error): "the store of recordings can't be reached (\(error)): see LEDGERLINE_S3_URL"
        case .status(403):
            "the store of recordings answers 403: see LEDGERLINE_S3_ACCESS_KEY, its secret and its rights"
        case .status(404): "the store of recordings answers 404: make the bucket of LEDGERLINE_S3_BUCKET"
        case .status(let status): "the store of recordings answers \(status)"
        case .changed: "a recording changed while it was brought to its store"
        }
    }
}
