import Crypto
import Domain
import HTTP
import Loop
import Service
import Store
import Wire

/// One client that follows: first what stood in the log already, from the client's own look into it, then what the hub brings.
struct TailFeed: Sendable {
    /// Then the client comes again with its last id: so tokens that have run out and keys that were revoked end too.
    static let lifeMax = Duration.seconds(900)
    /// Events of one look into the past.
    static let pageMax = 200
    /// Bytes of several events that go out as one.
    static let writeMax = 32 << 10
    /// How often, and how long apart, we look whether the hub has come as far as the client was elsewhere.
    static let tries = 40
    static let pauseBetweenTries = Duration.milliseconds(50)
    /// How long a client waits before it comes again.
    static let retry = Duration.seconds(1)

    let visit: Visit
    let filter: TailFilter
    /// Behind which the client wants everything; only what is new where it says nothing.
    let from: LogPlace?

    private var hub: TailHub { visit.tail.hub }

    func run(_ feed: EventFeed) async throws {
        let end = Moment.now + Self.lifeMax
        let follower: TailFollower
        do { follower = try await joined() } catch is TailIsFull { return try await cut(feed, "full") }
        defer { hub.leave(follower) }
        guard let start = follower.start else { return try await cut(feed, "full") }
        // Beyond what was ever written: a place in a tail that a failover has lost.
        var place = from.map { $0.intersection(start) } ?? start
        try await feed.send(ServerEvent("{}", name: "ready", id: cursor(place), retry: Self.retry))
        place = try await past(from: place, to: start, feed)
        while true {
            if Moment.now >= end { return try await cut(feed, "renew") }
            switch await follower.next(atMost: end - .now) {
            case .items(let items): try await send(items, feed)
            case .nothing: continue
            case .cut: return try await cut(feed, "slow")
            case .over: return
            }
        }
    }

    /// Follows, from a place that is not before the client's: another process may have brought it further than our hub is yet.
    private func joined() async throws -> TailFollower {
        var tries = 0
        while true {
            let follower = TailFollower(visit.identity.organization, filter, on: visit.database.loop)
            try await hub.follow(follower)
            guard let from, let start = follower.start, !start.covers(from), tries < Self.tries else { return follower }
            hub.leave(follower)
            tries += 1
            try await visit.database.loop.sleep(for: Self.pauseBetweenTries)
        }
    }

    private func past(from first: LogPlace, to end: LogPlace, _ feed: EventFeed) async throws -> LogPlace {
        var place = first
        if place.covers(end) { return place }
        let reader = TailReader(visit.database)
        while true {
            let page = try await reader.page(after: place, upTo: end, matching: filter, limit: Self.pageMax)
            var bytes: [UInt8] = []
            for event in page {
                place.advance(event.lane, to: event.position)
                bytes += Tail.bytes(of: event, id: cursor(place))
                if bytes.count >= Self.writeMax {
                    try await feed.send(bytes: bytes)
                    bytes = []
                }
            }
            if !bytes.isEmpty { try await feed.send(bytes: bytes) }
            if page.count < Self.pageMax { return place.union(end) }
        }
    }

    private func send(_ items: [TailItem], _ feed: EventFeed) async throws {
        var bytes: [UInt8] = []
        for item in items {
            bytes += item.bytes
            guard bytes.count >= Self.writeMax else { continue }
            try await feed.send(bytes: bytes)
            bytes = []
        }
        if !bytes.isEmpty { try await feed.send(bytes: bytes) }
    }

    /// Says why it ends; without an id, so that the last one stays and the client goes on from there.
    private func cut(_ feed: EventFeed, _ why: String) async throws {
        try await feed.send(ServerEvent(#"{"reason":"\#(why)"}"#, name: "cut"))
    }

    private func cursor(_ place: LogPlace) -> String {
        visit.tail.cursor(place, of: visit.identity.organization, TailReader(visit.database).log)
    }
}
