import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

/// The API's real process over a migrated database with two organizations in it, connected as the processes' own login.
struct APIUnderTest {
    static let password = "correct horse battery staple"
    static let secret = "an-hs256-secret-of-more-than-thirty-two-bytes"

    /// An organization with a user of each role, and a call that has ended.
    struct Tenant {
        let organization: OrganizationID
        let name: String
        let call: UUID

        func email(_ role: UserRole) -> String { "\(role.rawValue)@\(name).example" }
    }

    struct Answer {
        let raw: RawResponse

        var status: Int { raw.status }
        var json: JSONValue { get throws { try JSONValue(json: raw.body) } }
        /// The code of a problem.
        var code: String? { get throws { try json["code"]?.text } }
        var pointers: [String] {
            get throws {
                guard case .array(let faults)? = try json["errors"] else { return [] }
                return faults.compactMap { $0["pointer"]?.text }
            }
        }
        var data: [JSONValue] {
            get throws { if case .array(let rows)? = try json["data"] { rows } else { [] } }
        }
    }

    let owner: PostgresPool
    let process: ProcessUnderTest
    let first: Tenant
    let second: Tenant
    let url: String
    private let console: ConsoleUnderTest

    /// With `JWT_SECRET` set, unless `environment` says otherwise.
    static func with(
        _ environment: [String: String] = [:], _ body: @escaping @Sendable (APIUnderTest) async throws -> Void
    ) async throws {
        try await ConsoleUnderTest.with { console in
            let url = try processURL(console.url)
            let (first, second) = (try await tenant("first", console), try await tenant("second", console))
            try await console.working(until: "both calls' rows") {
                try await console.count("SELECT count(*) FROM calls WHERE status = 'ended'") == 2
            }
            let usual = ["DATABASE_URL": url, "JWT_SECRET": secret]
            try await ProcessUnderTest.with(.api, usual.merging(environment) { $1 }, on: console.loop) { process in
                try await process.untilReady()
                try await body(
                    APIUnderTest(
                        owner: console.pool, process: process, first: first, second: second, url: url,
                        console: console))
                #expect(!process.process.output.contains(password))
                #expect(!process.process.output.contains("@first.example"))
            }
        }
    }

    /// The same database as the login of the processes.
    private static func processURL(_ owners: String) throws -> String {
        func login(_ url: String) throws -> Range<String.Index> {
            let start = try #require(url.firstRange(of: "://")).upperBound
            return start..<(try #require(url[start...].firstIndex(of: "@")))
        }
        let process = try Services.processURL
        return owners.replacingCharacters(try login(owners), with: process[try login(process)])
    }

    private static func tenant(_ name: String, _ console: ConsoleUnderTest) async throws -> Tenant {
        let store = IdentityStore(console.pool, log: console.log)
        let organization = try await store.createOrganization(named: name)
        // Hashing is slow on purpose, and not what is tried here: one cheap hash serves all.
        let hash = try PasswordHash.make(
            from: Crypto.Secret(text: password), cost: .init(passes: 1, memory: 8 << 20))
        for role in UserRole.allCases {
            try await store.createUser(
                email: Private("\(role.rawValue)@\(name).example"), hash: hash, role: role, in: organization)
        }
        let call = UUID.v7()
        let leg = CarrierLeg(carrier: "telnyx", control: "v3:\(name)")
        let turn = TurnID(UUID.v7())
        let facts: [CallEvent] = [
            .callReceived(CallReceived(from: Private("+15550100002"), to: Private("+15550100001"), leg: leg)),
            .callAnswered(CallAnswered()),
            .callerSaid(
                CallerSaid(
                    turn: turn, text: Private("words of \(name)"), confidence: nil, startedAt: 10, endedAt: 900,
                    provider: "deepgram")),
            .callEnded(CallEnded(reason: .callerHungUp, faultOwner: .caller, duration: 4000, isBillable: true)),
        ]
        let events = try facts.map { try NewEvent(.call($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }
        let append = StreamAppend(to: call, kind: .call, of: organization.uuid, at: .next, events)
        _ = try await console.pool.withTransaction { try await console.log.append(append, in: $0) }
        return Tenant(organization: organization, name: name, call: call)
    }

    // MARK: - Asking

    func ask(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], body: String? = nil
    ) async throws -> Answer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: test", "Connection: close"]
        if let token { lines.append("Authorization: Bearer \(token)") }
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { lines.append("\(name): \(value)") }
        if let body {
            if headers["Content-Type"] == nil { lines.append("Content-Type: application/json") }
            lines.append("Content-Length: \(body.utf8.count)")
        }
        // Passwords take their time, the more so beside other tests.
        let connection = try await RawConnection(port: process.port, patience: .seconds(30))
        try await connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? ""))
        return Answer(raw: try await connection.response(toHead: method == "HEAD"))
    }

    func get(_ path: String, token: String? = nil) async throws -> Answer {
        try await ask("GET", "/api/v1" + path, token: token)
    }

    func post(_ path: String, token: String? = nil, _ body: String, headers: [String: String] = [:]) async throws
        -> Answer
    {
        try await ask("POST", "/api/v1" + path, token: token, headers: headers, body: body)
    }

    // MARK: - Signing in

    func logIn(_ email: String, password: String = password) async throws -> Answer {
        try await post("/auth/login", #"{"email":"\#(email)","password":"\#(password)"}"#)
    }

    /// The tokens of a new sign-in.
    func tokens(_ role: UserRole = .owner, of tenant: Tenant? = nil) async throws -> (access: String, refresh: String) {
        let answer = try await logIn((tenant ?? first).email(role))
        try #require(answer.status == 200, "\(answer.raw.text)")
        return (
            try #require(try answer.json["access_token"]?.text), try #require(try answer.json["refresh_token"]?.text)
        )
    }

    func refresh(_ token: String) async throws -> Answer {
        try await post("/auth/refresh", #"{"refresh_token":"\#(token)"}"#)
    }

    /// The types of a stream's events, in order.
    func types(of stream: UUID) async throws -> [String] {
        try await owner.query("SELECT type FROM events WHERE stream_id = \(stream) ORDER BY version").map {
            try $0.decode(String.self)
        }
    }

    func user(_ email: String) async throws -> UUID {
        try await owner.query("SELECT user_id FROM users WHERE email = \(email)").one.decode(UUID.self)
    }
}

extension String {
    fileprivate func replacingCharacters(_ range: Range<Index>, with text: Substring) -> String {
        String(self[..<range.lowerBound] + text + self[range.upperBound...])
    }
}
