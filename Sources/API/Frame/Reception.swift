import Domain
import HTTP
import Loop
import Postgres
import Process
import Service
import Store

/// Where every request comes in: here it gets an identity, and with it a database that is its organization's alone.
struct Reception: Sendable {
    let station: Station
    let tokens: TokenOffice
    let passwords: PasswordOffice
    let rates: RateLimiter
    let tail: Tail
    let analytics: AnalyticsPools
    let outgoing: OutgoingWebhooks
    let sealing: Sealing?
    let mediaURL: String
    let meaning: Meaning
    let recordings: RecordingLinks
    private let log = LogHandle()
    private let idempotency: Idempotency

    init(
        _ station: Station, _ tokens: TokenOffice, _ passwords: PasswordOffice, _ rates: RateLimiter, _ tail: Tail,
        _ analytics: AnalyticsPools, _ outgoing: OutgoingWebhooks, _ sealing: Sealing?, _ mediaURL: String,
        _ meaning: Meaning,
        _ recordings: RecordingLinks
    ) {
        self.mediaURL = mediaURL
        self.meaning = meaning
        self.recordings = recordings
        self.sealing = sealing
        self.outgoing = outgoing
        self.station = station
        self.tokens = tokens
        self.passwords = passwords
        self.rates = rates
        self.tail = tail
        self.analytics = analytics
        idempotency = Idempotency(tokens.box)
    }

    private var pool: PostgresPool { station.bench.postgres }

    private func store() async throws -> IdentityStore {
        let pool = pool
        return IdentityStore(pool, log: try await log.log(through: pool))
    }

    // MARK: - Who we know

    func serve(
        _ request: Request, _ scope: Scope?, _ items: [QueryItem],
        _ handler: @escaping @Sendable (Visit) async throws -> Answer
    ) async throws -> Response {
        let (identity, tier) = try await identity(of: request)
        let verdict = await rates.take(
            .asked(by: identity, by: request.method, tier, rates.settings), at: station.bench)
        guard verdict.isAllowed else { throw Problems.tooMany(verdict) }
        do {
            var response = try await serve(request, identity, scope, items, handler)
            verdict.tell(&response.headers)
            return response
        } catch var problem as Problem {
            verdict.tell(&problem.headers)
            throw problem
        }
    }

    private func serve(
        _ request: Request, _ identity: Identity, _ scope: Scope?, _ items: [QueryItem],
        _ handler: @escaping @Sendable (Visit) async throws -> Answer
    ) async throws -> Response {
        if let scope, !identity.may(scope) { throw Problems.forbidden(scope.rawValue) }
        let wish = try Wish(request.query, items)
        let pool = pool
        let database = TenantDatabase(
            identity.organization, in: pool, log: try await log.log(through: pool), sealing: sealing)
        let redis = station.bench.redis
        let visit = Visit(
            request, identity, database, wish, tokens.cursors, tail, LiveCalls(redis), ErrandBell(redis),
            ProviderBoard(redis), analytics,
            outgoing, sealing, MediaDesk(tickets: RedisCallTickets(redis), url: mediaURL), meaning, recordings)
        guard let key = try Idempotency.key(of: request) else { return try await answered(visit, handler) }
        // It goes on when the sender goes: who asks again under the key shall find an answer, not half an effect.
        return try await Task(executorPreference: pool.loop) {
            try await idempotency.once(key, visit) { try await answered(visit, handler) }
        }.value
    }

    private func answered(
        _ visit: Visit, _ handler: @Sendable (Visit) async throws -> Answer
    ) async throws -> Response {
        do { return try await handler(visit).response } catch { throw Problems.known(error) }
    }

    private func identity(of request: Request) async throws -> (Identity, RateTier) {
        let headers = request.headers.values(of: .authorization)
        guard headers.count == 1, headers[0].utf8.count <= TokenOffice.headerMax else { throw Problems.unauthorized }
        let parts = headers[0].split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw Problems.unauthorized }
        let text = String(parts[1])
        if !text.hasPrefix(APIKeySecret.mark) {
            guard let identity = tokens.identity(in: text) else { throw Problems.unauthorized }
            return (identity, .standard)
        }
        guard let key = try await store().key(text) else { throw Problems.unauthorized }
        // A scope that this release does not know allows nothing.
        let scopes = Set(key.scopes.compactMap { Scope(rawValue: $0) })
        return (Identity(apiKey: key.id, scopes: scopes, of: key.organization), key.tier)
    }

    /// An organization's database for who has shown a link of ours to something in it.
    func database(of organization: OrganizationID) async throws -> TenantDatabase {
        TenantDatabase(organization, in: pool, log: try await log.log(through: pool), sealing: sealing)
    }

    // MARK: - Who we don't

    func receive(
        _ request: Request, _ handler: @Sendable (Stranger) async throws -> Answer
    ) async throws -> Response {
        _ = try Wish(request.query, [])
        return try await handler(Stranger(request: request, store: store(), reception: self)).response
    }
}

/// A request whose sender is not known yet.
struct Stranger: Sendable {
    let request: Request
    let store: IdentityStore
    fileprivate let reception: Reception

    init(request: Request, store: IdentityStore, reception: Reception) {
        self.request = request
        self.store = store
        self.reception = reception
    }

    var tokens: TokenOffice { reception.tokens }
    var passwords: PasswordOffice { reception.passwords }
    var log: Log { reception.station.log }

    var address: Private<String>? { request.senderAddress }
    var meta: EventMeta { EventMeta(request: WorkContext.current.request?.description, address: address) }

    /// Refuses who has tried too often lately.
    func count(_ bucket: RateBucket) async throws {
        let verdict = await reception.rates.take(bucket, at: reception.station.bench)
        guard verdict.isAllowed else { throw Problems.tooMany(verdict) }
    }

    func forgive(_ bucket: RateBucket) async {
        await reception.rates.forgive(bucket, at: reception.station.bench)
    }
}

extension Request {
    /// Nil where nobody knows it: a sender that came through a socket of the machine's.
    var senderAddress: Private<String>? { remoteAddress.isEmpty ? nil : Private(remoteAddress) }
}
