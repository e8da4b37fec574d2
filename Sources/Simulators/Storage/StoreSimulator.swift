package import Crypto
package import HTTP
package import Loop
import Wire

/// A store of S3's protocol as one of our own: it believes signatures only, keeps what it is given, and can be told to be away. On its loop's
/// thread alone.
package final class StoreSimulator: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    /// What goes wrong with one request.
    package enum Trouble: Hashable, Sendable {
        case refused(status: UInt16)
        /// The answer breaks off, when all of the request has come.
        case disconnects
    }

    package struct Kept: Sendable {
        package let bytes: [UInt8]
        package let type: String?
    }

    package static let path = "/s3"
    /// Files; more are refused.
    package static let keptMax = 64

    package private(set) var kept: [String: Kept] = [:]
    /// Method and status of what was asked, in order.
    package private(set) var answered: [String] = []
    private var troubles: [Trouble] = []
    private let loop: Loop
    private let bucket: String
    private let check: StoreSignatureCheck

    package init(on loop: Loop, bucket: String, accessKey: String, secretKey: Secret, region: String) {
        (self.loop, self.bucket) = (loop, bucket)
        check = StoreSignatureCheck(accessKey: accessKey, secretKey: secretKey, region: region)
    }

    /// One for each request to come, in order.
    package func plan(_ troubles: Trouble...) { self.troubles += troubles }

    package var routes: [Route] {
        [Method.get, .put, .delete].map { method in
            Route(method, PathPattern("\(Self.path)/{bucket}/{key...}")) {
                [self] (request: Request, bucket: String, key: String) in
                loop.checkIsolated()
                let response = answer(request, bucket, key)
                answered.append("\(request.method.rawValue) \(response.status.rawValue)")
                return response
            }
        }
    }

    private func answer(_ request: Request, _ bucket: String, _ key: String) -> Response {
        if !troubles.isEmpty {
            switch troubles.removeFirst() {
            case .refused(let status): return Self.error(Status(status), "InternalError")
            case .disconnects:
                return .stream(.bytes, BodyStream(length: 100) { _ in throw CancellationError() })
            }
        }
        guard bucket == self.bucket else { return Self.error(.notFound, "NoSuchBucket") }
        if let fault = check.fault(in: request) { return Self.error(.forbidden, fault) }
        switch request.method {
        case .put:
            guard kept.count < Self.keptMax else { return Self.error(.serviceUnavailable, "SlowDown") }
            kept[key] = Kept(bytes: request.body, type: request.headers[.contentType])
            return Response(.ok)
        case .delete:
            kept[key] = nil
            return Response(.noContent)
        default:
            guard let file = kept[key] else { return Self.error(.notFound, "NoSuchKey") }
            let type = file.type.map { ContentType($0) }
            guard let range = request.headers[.range] else { return Response(.ok, type, body: .bytes(file.bytes)) }
            let ends = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
            guard ends.count == 2, ends[0] <= ends[1], ends[0] < file.bytes.count else {
                return Self.error(.rangeNotSatisfiable, "InvalidRange")
            }
            let part = file.bytes[ends[0]...min(ends[1], file.bytes.count - 1)]
            return Response(.partialContent, type, body: .bytes(Array(part)))
        }
    }

    private static func error(_ status: Status, _ code: String) -> Response {
        Response(
            status, ContentType("application/xml"), body: .bytes(Array("<Error><Code>\(code)</Code></Error>".utf8)))
    }
}
