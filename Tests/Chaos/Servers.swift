import Foundation
import Glibc
import Loop
import Postgres
import TestKit

/// The servers of one game, and the lines to them that can be disturbed.
final class Servers {
    let postgres: PrivatePostgres
    let folder: TemporaryFolder
    private let lines: [Fault.Line: FaultyProxy]
    private let address: URLComponents
    private let loop: Loop
    private var redis: ChildProcess?

    var redisSocket: String { folder.path("redis.sock") }

    init(_ postgres: PrivatePostgres, in folder: TemporaryFolder, on loop: Loop) throws {
        self.postgres = postgres
        self.folder = folder
        self.loop = loop
        guard let address = URLComponents(string: postgres.url),
            let port = address.port.flatMap({ UInt16(exactly: $0) })
        else { throw Trouble("Postgres has no port") }
        self.address = address
        let database = try SocketAddress("127.0.0.1", port: port)
        let cache = try SocketAddress(path: folder.path("redis.sock"))
        lines = try [
            .writersToPostgres: FaultyProxy(on: loop, to: database),
            .workersToPostgres: FaultyProxy(on: loop, to: database),
            .workersToRedis: FaultyProxy(on: loop, to: cache),
        ]
    }

    func url(over line: Fault.Line) throws -> String {
        guard let port = lines[line]?.port else { throw Trouble("no line \(line)") }
        if line == .workersToRedis { return "redis://127.0.0.1:\(port)/0" }
        var address = address
        (address.host, address.port, address.query) = ("127.0.0.1", Int(port), nil)
        guard let url = address.string else { throw Trouble("the line has no address") }
        return url
    }

    func disturb(_ line: Fault.Line, _ fault: Fault.LineFault) throws {
        let mode: FaultyProxy.Mode =
            switch fault {
            case .reset: .reset
            case .refused: .refuse
            case .silent: .stall
            case .answersLost: .blackhole(.toClient)
            case .cutAfter(let bytes): .cut(.toServer, after: bytes)
            }
        try lines[line]?.turn(mode)
        if case .refused = fault { lines[line]?.drop() }
    }

    func mend(_ line: Fault.Line) throws {
        // What was swallowed can't be given back: such a connection must end.
        lines[line]?.drop()
        try lines[line]?.turn(.pass)
    }

    func close() async {
        for line in lines.values { line.close() }
        await redis?.end(on: loop)
    }

    // MARK: - Redis

    func startRedis() throws {
        let arguments = [
            "--port", "0", "--unixsocket", redisSocket, "--dir", folder.path, "--save", "", "--appendonly", "no",
            "--maxmemory", "256mb",
        ]
        redis = try Child.start("redis-server", arguments, output: folder.path("redis.log"))
    }

    /// Says something to Redis itself, past the line. Whether it heard does not matter: it may be dead or asleep.
    func redis(_ words: String...) throws {
        _ = try Child.start(
            "timeout", ["2", "redis-cli", "-s", redisSocket] + words, output: folder.path("redis-cli.log"))
    }

    var isRedisRunning: Bool { redis?.isRunning ?? false }

    func killRedis() async { await redis?.end(on: loop) }
    func signalRedis(_ number: Int32) { redis?.send(number) }
}
