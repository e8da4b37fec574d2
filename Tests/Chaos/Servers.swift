import Glibc
import Loop
import TestKit

/// The servers of one game, and the lines to them that can be disturbed.
final class Servers {
    let pair: ServerPair
    let folder: TemporaryFolder
    /// Of each line a proxy for each server behind it.
    private let lines: [Fault.Line: [FaultyProxy]]
    private let loop: Loop
    private var redis: ChildProcess?

    var redisSocket: String { folder.path("redis.sock") }

    init(_ pair: ServerPair, in folder: TemporaryFolder, on loop: Loop) throws {
        self.pair = pair
        self.folder = folder
        self.loop = loop
        let databases = try pair.ports.map { try SocketAddress("127.0.0.1", port: UInt16($0)) }
        let cache = try SocketAddress(path: folder.path("redis.sock"))
        lines = try [
            .writersToPostgres: databases.map { try FaultyProxy(on: loop, to: $0) },
            .workersToPostgres: databases.map { try FaultyProxy(on: loop, to: $0) },
            .workersToRedis: [FaultyProxy(on: loop, to: cache)],
        ]
    }

    func url(over line: Fault.Line) throws -> String {
        guard let ports = lines[line]?.map(\.port), let first = ports.first else { throw Trouble("no line \(line)") }
        return line == .workersToRedis ? "redis://127.0.0.1:\(first)/0" : ServerPair.address(ports)
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
        for proxy in lines[line] ?? [] {
            try proxy.turn(mode)
            if case .refused = fault { proxy.drop() }
        }
    }

    func mend(_ line: Fault.Line) throws {
        for proxy in lines[line] ?? [] {
            // What was swallowed can't be given back: such a connection must end.
            proxy.drop()
            try proxy.turn(.pass)
        }
    }

    func close() async {
        for proxy in lines.values.joined() { proxy.close() }
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
