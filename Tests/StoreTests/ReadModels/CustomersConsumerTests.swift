import Crypto
import Domain
import Postgres
import Store
import Testing
import Wire

/// The rows of customers, from the log through the engine.
@Suite(.timeLimit(.minutes(2))) struct CustomersConsumerTests {
    private static func append(_ facts: [CustomerEvent], to stream: UUID, _ test: ConsumersUnderTest) async throws {
        let events = try facts.map { try NewEvent(.customer($0), id: EventID(UUID.v7()), at: Instant(Timestamp.now)) }
        let append = StreamAppend(to: stream, kind: .customer, of: LogUnderTest.organization, at: .next, events)
        _ = try await test.test.appender.append(append)
    }

    private static func changed(_ name: String, _ value: Freeform) -> CustomerEvent {
        .customerChanged(CustomerChanged(changes: Private(.object([name: value]))))
    }

    @Test func `a customer's row is what was told of them, and of whom they turned out to be`() async throws {
        try await ConsumersUnderTest.with { test in
            let (ana, double, gone) = (UUID.v7(), UUID.v7(), UUID.v7())
            let consumer = CustomersConsumer()
            try await Self.append(
                [
                    Self.changed("first_name", .string("Ana")),
                    .customerCreated(
                        CustomerCreated(
                            phone: Private("+15550100002"), name: Private("Ana"), segment: "vip",
                            metadata: Private(.object(["hubspot_contact": .string("7:1"), "order": .integer(4)])))),
                    Self.changed("email", .string("ana@example.com")),
                    Self.changed("email", .string("ana@example.com")),
                    Self.changed("segment", .null),
                ], to: ana, test)
            try await Self.append(
                [
                    .customerCreated(CustomerCreated(email: Private("ana@example.org"))),
                    Self.changed("phone", .string("+15550100003")),
                ], to: double, test)
            try await Self.append(
                [
                    .customerCreated(CustomerCreated(phone: Private("+15550100004"))),
                    .customerErased(CustomerErased(reason: .requested)),
                ],
                to: gone, test)
            try await test.working(test.worker(consumer)) {
                try await test.untilDone(consumer.name.description)
                try await Self.append([.customerMerged(CustomerMerged(absorbed: CustomerID(double)))], to: ana, test)
                try await test.untilDone(consumer.name.description)
            }
            let row = try await test.pool.query(
                """
                SELECT name, segment, phones, emails, external_ids, metadata::text, version FROM customers
                WHERE customer_id = \(ana)
                """
            ).one
            let (name, segment, phones, emails, externals, metadata, version) = try row.decode(
                String?.self, String?.self, [String].self, [String].self, [String].self, String.self, Int32.self)
            #expect(name == "Ana" && segment == nil && version == 6)
            #expect(phones == ["+15550100002", "+15550100003"])
            #expect(emails == ["ana@example.com", "ana@example.org"])
            #expect(externals == ["hubspot_contact:7:1"])
            #expect(metadata == #"{"order": 4, "first_name": "Ana"}"#)
            let merged = try await test.pool.query("SELECT merged_into FROM customers WHERE customer_id = \(double)")
                .one
            #expect(try merged.decode(UUID?.self) == ana)
            let erased = try await test.pool.query(
                "SELECT erased_at IS NOT NULL AND phones = '{}' FROM customers WHERE customer_id = \(gone)"
            ).one
            #expect(try erased.decode(Bool.self))
            #expect(try await test.pool.query("SELECT count(*) FROM customers").one.decode(Int.self) == 3)
        }
    }
}
