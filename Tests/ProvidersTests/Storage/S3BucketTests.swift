import Crypto
import HTTP
import Loop
import Service
import Simulators
import TestKit
import Testing
import Wire

@testable import Providers

/// Files on their way into a store of S3's protocol, over real sockets: what is signed wrong is not believed, and what breaks is sent again.
@Suite(.timeLimit(.minutes(2)), .serialized) struct S3BucketTests {
    private static let secret = "a-secret-key-of-a-test"
    private static let file = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    /// On the test's loop alone, which is why `@unchecked` holds.
    private struct Scene: @unchecked Sendable {
        let loop: Loop
        let port: UInt16
        let store: StoreSimulator
        let settings: S3Settings
        let http: HTTPClient
        let bucket: S3Bucket
    }

    private static func settings(_ port: UInt16, bucket: String = "calls", secret: String = secret) throws -> S3Settings
    {
        S3Settings(
            bucket: bucket, url: try Endpoint("http://127.0.0.1:\(port)/s3/"), region: "eu-central-1",
            accessKey: "key-of-a-test", secretKey: Service.Secret(secret))
    }

    private static func with(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            let store = StoreSimulator(
                on: loop, bucket: "calls", accessKey: "key-of-a-test", secretKey: Crypto.Secret(text: secret),
                region: "eu-central-1")
            var server = ServerSettings()
            server.port = 0
            let running = try await Server.open(on: [loop], server, router: Router(store.routes))
            let settings = try settings(running.port)
            let http = HTTPClient(loop: loop)
            let bucket = try S3Bucket(settings, through: http, pause: .milliseconds(1))
            let result: Result<Void, any Error>
            do {
                result = .success(
                    try await body(
                        Scene(
                            loop: loop, port: running.port, store: store, settings: settings, http: http, bucket: bucket
                        )))
            } catch { result = .failure(error) }
            http.shutdown()
            await running.drain(within: .seconds(2))
            try result.get()
        }
    }

    private static func source(_ file: [UInt8] = file) -> S3Bucket.Source {
        S3Bucket.Source(byteCount: file.count) { place, count in Array(file[place..<place + count]) }
    }

    private static func get(_ url: String, through client: HTTPClient) async throws -> (status: UInt16, body: [UInt8]) {
        let response = try await client.send(ClientRequest(.get, url))
        return (response.status.rawValue, try await response.body.whole())
    }

    @Test func `a file that was put is had by a link, until it is removed`() async throws {
        try await Self.with { scene in
            let key = "one/two words & more+.wav"
            try await scene.bucket.put(Self.source(), as: key, type: "audio/wav")
            #expect(scene.store.kept[key]?.bytes == Self.file && scene.store.kept[key]?.type == "audio/wav")
            let links = try S3Links(scene.settings)
            let link = links.link(to: key, seconds: 60, at: .now)
            #expect(!link.contains(Self.secret))
            let got = try await Self.get(link, through: scene.http)
            #expect(got.status == 200 && got.body == Self.file)
            let old = links.link(to: key, seconds: 60, at: .now - .seconds(120))
            #expect(try await Self.get(old, through: scene.http).status == 403)
            let altered = link.replacing("X-Amz-Expires=60", with: "X-Amz-Expires=600")
            #expect(try await Self.get(altered, through: scene.http).status == 403)
            #expect(
                try await scene.bucket.read(key, from: 65_000, count: 300_000) == Array(Self.file[65_000..<365_000]))
            await #expect(throws: S3Fault.self) { try await scene.bucket.read(key, from: 699_999, count: 2) }
            await #expect(throws: S3Fault.self) { try await scene.bucket.read("none", from: 0, count: 1) }
            try await scene.bucket.remove(key)
            try await scene.bucket.remove(key)
            #expect(scene.store.kept.isEmpty)
            #expect(try await Self.get(link, through: scene.http).status == 404)
        }
    }

    @Test func `a store that is away for a moment is asked again, and gets the file once`() async throws {
        try await Self.with { scene in
            scene.store.plan(.refused(status: 503), .disconnects, .refused(status: 500))
            try await scene.bucket.put(Self.source(), as: "a", type: "audio/wav")
            #expect(scene.bucket.triesAgain == 3 && scene.store.kept["a"]?.bytes == Self.file)
            #expect(scene.store.answered == ["PUT 503", "PUT 200", "PUT 500", "PUT 200"])
        }
    }

    @Test func `a store that is full says so`() async throws {
        try await Self.with { scene in
            for number in 1...StoreSimulator.keptMax {
                try await scene.bucket.put(Self.source([1]), as: "\(number)", type: "audio/wav")
            }
            await #expect(throws: S3Fault.self) {
                try await scene.bucket.put(Self.source([1]), as: "more", type: "audio/wav")
            }
            #expect(scene.store.kept.count == StoreSimulator.keptMax)
        }
    }

    @Test func `a store that stays away is given up, and what it refuses is not sent again`() async throws {
        try await Self.with { scene in
            for _ in 0..<S3Bucket.triesMax { scene.store.plan(.refused(status: 503)) }
            await #expect(throws: S3Fault.self) {
                try await scene.bucket.put(Self.source(), as: "a", type: "audio/wav")
            }
            #expect(scene.store.answered.count == S3Bucket.triesMax && scene.store.kept.isEmpty)
            let wrong = [
                try Self.settings(scene.port, secret: "another-secret-key"),
                try Self.settings(scene.port, bucket: "no"),
            ]
            for settings in wrong {
                let bucket = try S3Bucket(settings, through: scene.http, pause: .milliseconds(1))
                await #expect(throws: S3Fault.self) {
                    try await bucket.put(Self.source(), as: "a", type: "audio/wav")
                }
                #expect(bucket.triesAgain == 0)
            }
            #expect(scene.store.answered.suffix(2) == ["PUT 403", "PUT 404"])
            // A file that is another one than when it was looked at.
            let changed = S3Bucket.Source(byteCount: 10) { _, _ in [] }
            await #expect(throws: S3Fault.self) { try await scene.bucket.put(changed, as: "b", type: "audio/wav") }
            let incomplete = S3Settings(
                bucket: nil, url: nil, region: "us-east-1", accessKey: "k", secretKey: Service.Secret("s"))
            #expect(throws: S3Incomplete.self) { try S3Links(incomplete) }
        }
    }
}
