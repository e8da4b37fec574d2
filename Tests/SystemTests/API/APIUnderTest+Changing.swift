import Loop
import Postgres
import Store
import TestKit
import Testing
import Wire

extension APIUnderTest {
    func patch(_ path: String, token: String, _ body: String, headers: [String: String] = [:]) async throws -> Answer {
        try await ask("PATCH", "/api/v1" + path, token: token, headers: headers, body: body)
    }

    func delete(_ path: String, token: String, headers: [String: String] = [:]) async throws -> Answer {
        try await ask("DELETE", "/api/v1" + path, token: token, headers: headers)
    }

    /// The rows of customers are brought up to date, as the workers' process would.
    func projectingCustomers(until what: String, _ holds: () async throws -> Bool) async throws {
        let log = try await EventLog.read(through: .pool(owner))
        let worker = ConsumerWorker(CustomersConsumer(), of: log, owner, redis: nil)
        let life = Task(executorPreference: owner.loop) { await worker.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await owner.loop.until(what, within: .seconds(30), holds)) } catch {
            result = .failure(error)
        }
        worker.stop()
        await life.value
        try result.get()
    }
}

extension APIUnderTest.Answer {
    func text(_ name: String) throws -> String? { try json[name]?.text }
    func number(_ name: String) throws -> Int64? { try json[name]?.wholeNumber }

    func id() throws -> String { try #require(try text("id"), "\(raw.text)") }
}
