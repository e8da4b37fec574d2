import Glibc
import Loop
import TestKit
import Testing
import Wire

/// One of the three serving processes, started as an operator starts it, and ways to ask it.
struct ProcessUnderTest {
    enum Name: String, CaseIterable, CustomTestStringConvertible {
        case api = "ledgerline-api"
        case realtime = "ledgerline-realtime"
        case workers = "ledgerline-workers"

        var testDescription: String { rawValue }
    }

    struct EndedEarly: Error { let output: String }

    let process: RunningProcess
    let port: UInt16
    let loop: Loop

    /// Starts it on a port of its own, with the servers that tests have unless `environment` names others.
    static func with<Value>(
        _ name: Name, _ environment: [String: String] = [:], on loop: Loop,
        _ body: (ProcessUnderTest) async throws -> Value
    ) async throws -> Value {
        try await TemporaryFolder.with { folder in
            try await with(name, environment, journal: folder.path("journal"), on: loop, body)
        }
    }

    private static func with<Value>(
        _ name: Name, _ environment: [String: String], journal: String, on loop: Loop,
        _ body: (ProcessUnderTest) async throws -> Value
    ) async throws -> Value {
        // Chosen by whoever has to tell others before it starts.
        let port = try environment["PORT"].flatMap { UInt16($0) } ?? FreePort.find()
        let usual = [
            "DATABASE_URL": try Services.processURL, "REDIS_URL": try Services.setting("REDIS_URL"), "PORT": "\(port)",
            "LEDGERLINE_ADDRESS": "127.0.0.1", "LEDGERLINE_LOOPS": "2", "LEDGERLINE_LOG_FORMAT": "json",
            "LEDGERLINE_JOURNAL": journal, "DEEPGRAM_API_KEY": "nobody", "CARTESIA_API_KEY": "nobody",
            "OPENAI_API_KEY": "nobody",
            // The simulators' callers speak in tones, which the network knows from speech.
            "LEDGERLINE_VOICE_ACTIVITY": "loudness",
        ]
        let executable = BuiltProducts.executable(name.rawValue)
        return try await RunningProcess.with(executable, environment: usual.merging(environment) { $1 }) { process in
            try await body(ProcessUnderTest(process: process, port: port, loop: loop))
        }
    }

    // MARK: - Asking

    func connect() async throws -> RawConnection { try await RawConnection(port: port, patience: .seconds(5)) }

    /// Asks on a connection of its own.
    func get(_ path: String) async throws -> RawResponse {
        let connection = try await connect()
        try await connection.send("GET \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
        return try await connection.response()
    }

    /// Whether anybody listens on its port.
    func accepts() async throws -> Bool {
        do {
            _ = try await connect()
            return true
        } catch RawConnection.Failure.connect(let code) where code == ECONNREFUSED || code == ECONNRESET {
            // A reset is of one who closed while we came.
            return false
        }
    }

    // MARK: - Readiness

    /// Waits until `/readyz` answers what is wanted.
    @discardableResult
    func untilReadiness(_ what: String, _ isWanted: (ReadyAnswer) -> Bool) async throws -> ReadyAnswer {
        let patience = Duration.seconds(60)
        var last: ReadyAnswer?
        do {
            try await loop.until(what, within: patience, every: .milliseconds(20)) {
                guard process.isRunning else { throw EndedEarly(output: process.output) }
                last = try await readiness()
                return last.map(isWanted) ?? false
            }
        } catch is NeverHappened {
            throw NeverHappened(what: "\(what); the last answer was \(last?.text ?? "none")", patience: patience)
        }
        guard let last else { preconditionFailure("an answer was found and is gone") }
        return last
    }

    func untilReady() async throws {
        try await untilReadiness("everything is up") { $0.status == 200 && $0.word == "up" }
    }

    /// Nil while nobody listens.
    func readiness() async throws -> ReadyAnswer? {
        guard try await accepts() else { return nil }
        return try ReadyAnswer(await get("/readyz"))
    }
}
