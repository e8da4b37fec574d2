import Crypto
import Domain
import HTTP
import TestKit
import Testing
import Wire

@testable import API

/// Links to recordings, as they are made and followed.
@Suite struct RecordingLinksTests {
    private static let (organization, recording) = (OrganizationID(value: 0xA1), RecordingID(value: 0xB2))
    private static let key = "\(organization)/\(recording).wav"
    private static let made = Timestamp(seconds: 1_800_000_000)

    private static func links(_ secret: String) throws -> RecordingLinks {
        try RecordingLinks(
            home: "https://api.example", folder: "nowhere", store: nil, key: Crypto.Secret(text: secret))
    }

    private static func follow(_ target: String, _ links: RecordingLinks, after time: Duration) throws -> String {
        let request = try #require(Request(.get, target))
        return try links.key(in: request, organization, recording, at: made + time)
    }

    @Test func `a link leads to one recording, for a time, and only as we made it`() throws {
        let links = try Self.links("one")
        let link = links.link(to: Self.key, at: Self.made)
        #expect(link.expiresAt == Self.made + RecordingLinks.lifetime)
        let target = String(link.url.dropFirst("https://api.example".count))
        #expect(try Self.follow(target, links, after: RecordingLinks.lifetime - .seconds(1)) == Self.key)
        let late = #expect(throws: Problem.self) { try Self.follow(target, links, after: RecordingLinks.lifetime) }
        #expect(late?.code == "link_expired" && late?.status == .gone)
        for wrong in [target.replacing("expires=", with: "expires=1"), target + "x", "/recordings/\(Self.key)"] {
            let refused = #expect(throws: Problem.self) { try Self.follow(wrong, links, after: .zero) }
            #expect(refused?.status == .notFound)
        }
        let other = try Self.links("two")
        #expect(throws: Problem.self) { try Self.follow(target, other, after: .zero) }
    }
}
