import Loop
import Synchronization
import TestKit
import Testing

@testable import Postgres

/// Several servers behind one address, and which of them is taken.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HostsTests {
    private static var limits: PoolLimits {
        var limits = PoolLimits()
        limits.pauseMax = .milliseconds(100)
        return limits
    }

    private static func setWritable(_ isWritable: Bool, _ server: PrivatePostgres, on loop: Loop) async throws {
        try await withPool(at: try server.address(as: "postgres"), on: loop) { admin in
            if isWritable {
                try await admin.execute("ALTER SYSTEM RESET default_transaction_read_only")
            } else {
                try await admin.execute("ALTER SYSTEM SET default_transaction_read_only = on")
            }
            try await admin.execute("SELECT pg_reload_conf()")
            let wanted = isWritable ? "off" : "on"
            try await loop.until("the setting is in force") {
                try await admin.query("SHOW default_transaction_read_only").one.decode(String.self) == wanted
            }
        }
    }

    @Test func `the client lands on the server that takes writes, and follows when another one does`() async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { first in
                try await PrivatePostgres.with { second in
                    let (one, two) = (try first.port, try second.port)
                    try await Self.setWritable(false, first, on: loops.first)
                    let url = "postgresql://ledgerline@127.0.0.1:\(one),127.0.0.1:\(two)/ledgerline"
                    let configuration = try PostgresConfiguration(url + "?target_session_attrs=read-write")
                    let faults = Mutex<Set<ConnectFault>>([])
                    let pool = PostgresPool(configuration, on: loops.first, limits: Self.limits) { happening in
                        guard case .connectFailed(let error, _) = happening, let fault = error.connectFault else {
                            return
                        }
                        faults.withLock { _ = $0.insert(fault) }
                    }
                    func server() async throws -> Int {
                        try await pool.query("SELECT inet_server_port()").one.decode(Int.self)
                    }
                    for _ in 0..<20 { #expect(try await server() == Int(two)) }
                    try await pool.execute("CREATE TABLE t (id int)")

                    try await second.crash()
                    try await loops.first.until("it is said that nobody takes writes") {
                        faults.withLock { $0.contains(.readOnly) }
                    }
                    #expect(pool.statistics.connectionsOpen == 0)
                    try await Self.setWritable(true, first, on: loops.first)
                    try await loops.first.until("a connection") { pool.statistics.connectionsOpen > 0 }
                    #expect(try await server() == Int(one))
                    try await pool.execute("CREATE TABLE t (id int)")
                    await pool.close()
                }
            }
        }
    }

    @Test func `a host that accepts and says nothing leaves the next one time enough`() async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { server in
                let port = try server.port
                let silent = try FaultyProxy(on: loops.first, to: SocketAddress("127.0.0.1", port: port))
                try silent.turn(.stall)
                var configuration = try PostgresConfiguration(
                    "postgresql://ledgerline@127.0.0.1:\(silent.port),127.0.0.1:\(port)/ledgerline")
                configuration.connectDeadline = .seconds(2)
                let connection = try await PostgresConnection.open(configuration, on: loops.first) { _ in }
                #expect(connection.isOpen)
                #expect(silent.statistics.connectionsAccepted == 1)
                connection.close()
                silent.close()
            }
        }
    }

    @Test(arguments: [
        ("dbname=nowhere", ConnectFault.noSuchDatabase), ("user=stranger", .noSuchRole),
        ("sslmode=require", .encryptionNotOffered),
    ])
    func `a refusal says what to do`(change: String, fault: ConnectFault) async throws {
        try await Loops.with { loops in
            try await PrivatePostgres.with { server in
                let address = "host=127.0.0.1 port=\(try server.port) user=ledgerline dbname=ledgerline \(change)"
                let error = await #expect(throws: PostgresError.self) {
                    try await PostgresConnection.open(PostgresConfiguration(address), on: loops.first) { _ in }.close()
                }
                #expect(error?.code == .connectFailed && error?.connectFault == fault)
                #expect(error?.description == "postgres: could not connect: \(fault)")
            }
        }
    }

    @Test func `nobody listens`() async throws {
        try await Loops.with { loops in
            let address = "host=127.0.0.1 port=\(try FreePort.find()) user=a dbname=b"
            let error = await #expect(throws: PostgresError.self) {
                try await PostgresConnection.open(PostgresConfiguration(address), on: loops.first) { _ in }.close()
            }
            #expect(error?.connectFault == .nobodyThere)
        }
    }
}
