import Crypto
import Domain
import Foundation
import Loop
import Postgres
import Store
import Wire

/// Foundation has one too.
private typealias UUID = Crypto.UUID

/// A database of 100,000 calls, our API's own process and its peer over it, and what both are asked.
final class RestBench {
    static let calls = 100_000
    static let legs = 500
    static let ourPort: UInt16 = 19_111
    static let theirPort: UInt16 = 19_112
    private static let organization = UUID(value: 0xA2)
    private static let database = "rest_bench"

    let ours: Child
    let theirs: Child
    private let key = Ed25519.PrivateKey()
    private let token: String
    private let call: UUID
    private var webhooks = 0

    init() throws {
        try BenchAPI.make(Self.database, for: Self.organization)
        call = try Self.fill(BenchAPI.address(StoreContests.address("DATABASE_OWNER_URL"), of: Self.database))
        token = try BenchAPI.token(of: Self.organization)
        let bytes = key.publicKey.bytes
        let publicKey = Base64.standard.encode(bytes.span)
        let url = try BenchAPI.address(StoreContests.address("DATABASE_URL"), of: Self.database)
        let environment = [
            "DATABASE_URL": url, "PEER_DATABASE_URL": url.replacing("postgresql://", with: "postgresql+asyncpg://"),
            "JWT_SECRET": BenchAPI.secret, "TELNYX_PUBLIC_KEYS": publicKey,
        ]
        ours = try BenchAPI.start(port: Self.ourPort, environment)
        theirs = try FastAPI.start(port: Self.theirPort, environment)
        try Port.wait(Self.ourPort)
        try Port.wait(Self.theirPort)
        try isSame()
    }

    func clear() {
        ours.stop()
        theirs.stop()
        BenchAPI.drop(Self.database)
    }

    // MARK: - Requests

    var list: [[UInt8]] { [get("/api/v1/calls?limit=50&status[eq]=ended")] }
    var one: [[UInt8]] { [get("/api/v1/calls/\(call)")] }

    private func get(_ target: String) -> [UInt8] {
        Array("GET \(target) HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer \(token)\r\n\r\n".utf8)
    }

    /// Webhooks that nobody has sent before, each of one of the legs.
    func webhooks(_ count: Int) -> [[UInt8]] {
        (0..<count).map { _ in
            webhooks += 1
            let leg = "v3:leg-\(webhooks % Self.legs)"
            let body = Array(
                """
                {"data":{"event_type":"call.dtmf.received","id":"\(UUID.v7())","occurred_at":"\(Timestamp.now)",\
                "payload":{"call_control_id":"\(leg)","call_leg_id":"leg-\(leg)","call_session_id":"session-\(leg)",\
                "client_state":null,"from":"+15550100009","to":"+15550100001","connection_id":"2811212257810187875",\
                "digit":"1"},"record_type":"event"},"meta":{"attempt":1,"delivered_to":"https://voice.example.com"}}
                """.utf8)
            let seconds = "\(Timestamp.now.microseconds / 1_000_000)"
            let message = Array("\(seconds)|".utf8) + body
            let signature = key.sign(message.span)
            let head = """
                POST /webhooks/telnyx/call HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n\
                Telnyx-Timestamp: \(seconds)\r\nTelnyx-Signature-Ed25519: \(Base64.standard.encode(signature.span))\r\n\
                Content-Length: \(body.count)\r\n\r\n
                """
            return Array(head.utf8) + body
        }
    }

    /// Both show the same, or there is nothing to compare.
    private func isSame() throws {
        for request in [list, one] {
            let answers = try [Self.ourPort, Self.theirPort].map { try Self.shown(try Self.answer($0, request[0])) }
            guard answers[0] == answers[1] else {
                throw Trouble("the peer shows something else: \(answers[1].prefix(2)) for \(answers[0].prefix(2))")
            }
        }
        for port in [Self.ourPort, Self.theirPort] {
            let verdict = try Self.answer(port, webhooks(1)[0])["verdict"]?.text
            guard verdict == "applied" else { throw Trouble("a webhook was not applied on port \(port)") }
        }
    }

    /// What both spell alike: numbers, words, ids.
    private static func shown(_ answer: JSONValue) throws -> [[String?]] {
        let calls: [JSONValue] = if case .array(let calls)? = answer["data"] { calls } else { [answer] }
        guard !calls.isEmpty else { throw Trouble("no calls are shown") }
        return calls.map { call in
            ["id", "status", "from", "to", "agent_id", "carrier", "control_id", "ended_reason", "summary", "intent"].map
            {
                call[$0]?.text
            } + ["version", "duration_ms", "turns", "tool_uses"].map { call[$0]?.wholeNumber.map { "\($0)" } }
        }
    }

    private static func answer(_ port: UInt16, _ request: [UInt8]) throws -> JSONValue {
        for _ in 0..<100 {
            let socket = try RawSocket(port: port)
            defer { socket.close() }
            try socket.send(request)
            var bytes: [UInt8] = []
            while true {
                bytes += try socket.receive()
                guard let head = bytes.firstRange(of: [13, 10, 13, 10]) else { continue }
                let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
                // It may still be connecting.
                if text.hasPrefix("HTTP/1.1 503") { break }
                guard let match = text.lowercased().firstMatch(of: /content-length: *(\d+)/), let count = Int(match.1)
                else { throw Trouble("an answer without its length: \(text)") }
                guard bytes.count >= head.upperBound + count else { continue }
                return try JSONValue(json: Array(bytes[head.upperBound...]))
            }
            usleep(100_000)
        }
        throw Trouble("nobody serves on port \(port)")
    }

    // MARK: - The database

    /// Answers one of the calls.
    private static func fill(_ own: String) throws -> UUID {
        try Loops.run(1, name: "fill") { loops in
            var configuration = try PostgresConfiguration(own)
            configuration.queryDeadline = .seconds(600)
            configuration.statementTimeout = nil
            let pool = PostgresPool(configuration, on: loops.first)
            try await pool.execute(insert(Int64(calls)))
            try await pool.execute(
                """
                INSERT INTO carrier_legs (carrier, control_id, stream_id, organization_id)
                SELECT 'telnyx', 'v3:leg-' || n, gen_random_uuid(), \(organization)
                FROM generate_series(0, \(Int64(legs - 1))) AS n
                """)
            try await pool.execute("VACUUM ANALYZE calls_v1")
            try await pool.execute("VACUUM ANALYZE carrier_legs")
            let call = try await pool.query("SELECT call_id FROM calls_v1 WHERE status = 'ended' LIMIT 1").one
                .decode(UUID.self)
            await pool.close()
            return call
        }
    }

    /// Nine of ten have ended.
    private static func insert(_ count: Int64) -> SQL {
        """
        INSERT INTO calls_v1 (
            call_id, organization_id, started_at, ringing_at, answered_at, ended_at, duration_ms, agent_id, agent_version,
            turns, tool_uses, interruptions, errors, fallbacks, sentiment, version, billable, success, status, direction,
            from_number, to_number, carrier, control_id, answered_by, ended_reason, fault_owner, intent, summary, metadata,
            folding, tally
        )
        SELECT gen_random_uuid(), \(organization), s, s, s + interval '2 seconds',
            CASE WHEN n % 10 > 0 THEN s + interval '1 minute' END, 30000 + n % 60000,
            ('00000000-0000-0000-0000-0000000000' || (10 + n % 20))::uuid, 1 + n % 2, n % 9, n % 3, n % 2, 0, 0,
            (n % 200) / 100.0 - 1, 40, true, n % 3 > 0, CASE WHEN n % 10 > 0 THEN 'ended' ELSE 'in_progress' END,
            CASE WHEN n % 4 = 0 THEN 'outbound' ELSE 'inbound' END, '+1555' || lpad(n::text, 7, '0'), '+15550100001', 'telnyx',
            'v3:' || md5(n::text), 'human', CASE WHEN n % 10 > 0 THEN 'caller_hung_up' END,
            CASE WHEN n % 10 > 0 THEN 'caller' END, 'reschedule', 'Moved the appointment of customer ' || n || ' to Friday.',
            jsonb_build_object('order', n::text), '{}',
            ARRAY(SELECT ((stage * 1024 + latency_bucket(100 + n % 900)) << 32) + 1 FROM generate_series(0, 5) AS stage)
        FROM (SELECT n, timestamptz '2026-01-01' + n * interval '1 minute' AS s FROM generate_series(1, \(count)) AS n) AS all_calls
        """
    }
}
