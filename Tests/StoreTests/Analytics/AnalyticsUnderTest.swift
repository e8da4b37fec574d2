import Crypto
import Domain
import Loop
import Postgres
import Store
import TestKit
import Wire

/// A database of read models, and calls of half a year in them; clocks are put forward and back in it.
struct AnalyticsUnderTest: Sendable {
    static let agents = (1...3).map { AgentID(UUID(value: UInt128($0))) }
    static let customers = (1...6).map { CustomerID(UUID(value: 0x100 + UInt128($0))) }
    /// 2023-11-15, as all imagined calls are.
    static let middle: Int64 = 1_700_006_400_000_000
    static let spread: Int64 = 90 * 86_400_000_000

    let pool: PostgresPool
    let eventLog: EventLog
    let zones = ZoneNames()

    static func with(_ body: @escaping @Sendable (AnalyticsUnderTest) async throws -> Void) async throws {
        try await Loops.with { loops in
            try await withEmptyDatabase(on: loops.first) { url in
                try await withPool(at: url, on: loops.first) { pool in
                    let folder = Services.repository + "/Migrations"
                    try await Migrator(pool.configuration, on: loops.first, folder: folder).apply()
                    let log = try await EventLog.read(through: .pool(pool))
                    try await body(AnalyticsUnderTest(pool: pool, eventLog: log))
                }
            }
        }
    }

    func database(_ organization: UUID) -> TenantDatabase {
        TenantDatabase(OrganizationID(organization), in: pool, log: eventLog)
    }

    func apply(_ events: some Collection<RecordedEvent>, by consumer: CallsConsumer) async throws {
        try await pool.withTransaction { try await consumer.apply(Array(events), in: $0) }
    }

    /// Half of the customers have a segment; one belongs to somebody else.
    func addCustomers() async throws {
        for (index, customer) in Self.customers.enumerated() where !index.isMultiple(of: 2) {
            try await pool.execute(
                """
                INSERT INTO customers_v1 (customer_id, organization_id, updated_at, version, segment)
                VALUES (\(customer.uuid), \(CallLog.organizations[index % 4 / 2]), now(), 1, \(index < 4 ? "gold" : "tin"))
                """)
        }
    }

    /// Calls with few agents and customers, so that groups have more than one; their facts in any order.
    static func log(_ dice: inout Dice, calls: Int) throws -> CallLog {
        var log = CallLog()
        var all: [(stream: UUID, moment: ImaginedCall.Moment)] = []
        for _ in 0..<calls {
            let stream = UUID(value: .random(in: 0 ... .max, using: &dice))
            let shift = Int64.random(in: -spread...spread, using: &dice)
            let moments = ImaginedCall.any(&dice, turns: 0...4)
            for moment in moments {
                let at = Instant(microseconds: moment.at.microseconds + shift)
                all.append((stream, .init(at: at, event: peopled(moment.event, &dice))))
            }
        }
        // What is known of a call comes late, and by then it has been counted elsewhere.
        for place in all.indices where Int.random(in: 0..<4, using: &dice) == 0 {
            all.swapAt(place, Int.random(in: all.indices, using: &dice))
        }
        for (stream, moment) in all {
            try log.append(moment.event, to: stream, at: moment.at, id: .random(in: 0 ... .max, using: &dice))
        }
        return log
    }

    private static func peopled(_ event: CallEvent, _ dice: inout Dice) -> CallEvent {
        let agent = agents.randomElement(using: &dice)
        let customer = customers.randomElement(using: &dice)
        switch event {
        case .callRequested(var event):
            event.agent = agent ?? event.agent
            event.agentVersion = Int.random(in: 1...2, using: &dice)
            event.customer = customer
            return .callRequested(event)
        case .callReceived(var event):
            (event.agent, event.customer) = (Bool.random(using: &dice) ? agent : nil, customer)
            return .callReceived(event)
        case .callSettled(var event):
            event.currency = Bool.random(using: &dice) ? "EUR" : "USD"
            return .callSettled(event)
        default: return event
        }
    }
}
