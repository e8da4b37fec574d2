import Loop
import Synchronization
import TestKit
import Testing

@testable import HTTP

/// Which HTTP the client speaks with a server that is none of ours.
@Suite(.enabled(if: NginxUnderTest.isInstalled, "nginx is not installed"), .timeLimit(.minutes(2)))
struct ClientVersionTests {
    /// As many requests as must be on their way at once before any is answered.
    private static let together = 12

    private static func client(for nginx: NginxUnderTest, on loop: Loop) -> HTTPClient {
        var settings = HTTPClientSettings()
        settings.trust = .authorities(path: nginx.authority)
        return HTTPClient(loop: loop, settings: settings)
    }

    /// The version that was spoken, and the number of the connection.
    private static func said(_ client: HTTPClient, _ nginx: NginxUnderTest) async throws -> (
        version: String, on: String
    ) {
        let body = try await client.send(ClientRequest(.get, nginx.url("/said"))).body.whole()
        let words = String(decoding: body, as: UTF8.self).split(separator: " ").map(String.init)
        try #require(words.count == 2)
        return (words[0], words[1])
    }

    @Test(arguments: NginxUnderTest.Speaks.allCases)
    func `it speaks HTTP/2 where TLS agrees on it, and HTTP/1.1 elsewhere`(speaks: NginxUnderTest.Speaks) async throws {
        try await Loops.with { loops in
            try await NginxUnderTest.with(speaks, on: loops.first) { nginx in
                let client = Self.client(for: nginx, on: loops.first)
                defer { client.shutdown() }
                let first = try await Self.said(client, nginx)
                #expect(first.version == (speaks == .both ? "HTTP/2.0" : "HTTP/1.1"))
                // Either way the connection is kept.
                let second = try await Self.said(client, nginx)
                #expect(second == first && client.statistics.connectionsOpened == 1)
            }
        }
    }

    /// How many connections the requests took that were all on their way at the same time.
    private static func connections(_ speaks: NginxUnderTest.Speaks) async throws -> (used: Int, opened: UInt64) {
        let arrived = Atomic(0)
        return try await ServerUnderTest.with(handler: { _ in
            arrived.add(1, ordering: .relaxed)
            let loop = try #require(Loop.current)
            try await loop.until("the others") { arrived.load(ordering: .relaxed) >= Self.together }
            return .text("together")
        }) { upstream in
            let loop = upstream.loops.first
            return try await NginxUnderTest.with(speaks, before: upstream.server.port, on: loop) { nginx in
                let client = Self.client(for: nginx, on: loop)
                defer { client.shutdown() }
                _ = try await Self.said(client, nginx)
                let numbers = try await withThrowingTaskGroup(of: String?.self) { group in
                    for number in 0..<Self.together {
                        group.addTask(executorPreference: loop) {
                            let answer = try await client.send(ClientRequest(.get, nginx.url("/behind/\(number)")))
                            let body = try await answer.body.whole()
                            #expect(body == Array("together".utf8))
                            return answer.headers["Connection-Number"]
                        }
                    }
                    return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
                }
                #expect(!numbers.contains(nil))
                return (numbers.count, client.statistics.connectionsOpened)
            }
        }
    }

    @Test func `requests of HTTP/2 share one connection, all at once`() async throws {
        let (used, opened) = try await Self.connections(.both)
        #expect(used == 1 && opened == 1)
    }

    @Test func `requests of HTTP/1.1 take a connection each`() async throws {
        let (used, opened) = try await Self.connections(.oldOverTLS)
        #expect(used == Self.together && opened == UInt64(Self.together))
    }

    @Test func `a body that nobody reads holds up no other on its connection`() async throws {
        let size = 4 << 20
        try await Loops.with { loops in
            try await NginxUnderTest.with(.both, fileBytes: size, on: loops.first) { nginx in
                let client = Self.client(for: nginx, on: loops.first)
                defer { client.shutdown() }
                let slow = try await client.send(ClientRequest(.get, nginx.url("/file")))
                for _ in 0..<3 { #expect(try await Self.said(client, nginx).version == "HTTP/2.0") }
                let quick = try await client.send(ClientRequest(.get, nginx.url("/file"))).body.whole()
                #expect(quick.count == size)
                #expect(client.statistics.transfers == 1, "the slow one waits")
                #expect(try await slow.body.whole().count == size)
                #expect(client.statistics.connectionsOpened == 1)
            }
        }
    }
}
