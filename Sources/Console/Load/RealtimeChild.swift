import Glibc
import HTTP
import Loop
import Wire

/// A realtime process of our own, on a core of its own, with a journal that nobody needs afterwards. On its loop alone.
final class RealtimeChild {
    private static let startPatience = Duration.seconds(60)
    private static let endPatience = Duration.seconds(40)
    private static let rhythm = Duration.milliseconds(50)

    let account: ProcessAccount
    let port: UInt16
    private let folder: String
    private let client: HTTPClient
    private let loop: Loop
    private var isOver = false

    /// Starts it beside this program's own file.
    init(core: Int, _ environment: [String: String], _ client: HTTPClient, on loop: Loop) throws {
        (self.client, self.loop) = (client, loop)
        let listener = try Socket.listen("127.0.0.1", port: 0)
        port = try Socket.localPort(listener)
        Socket.close(listener)
        folder = try Folders.temporary()
        var settings = environment
        settings["PORT"] = "\(port)"
        settings["LEDGERLINE_ADDRESS"] = "127.0.0.1"
        settings["LEDGERLINE_LOOPS"] = "1"
        settings["LEDGERLINE_LOG_LEVEL"] = "warn"
        settings["LEDGERLINE_LOG_FORMAT"] = "json"
        settings["LEDGERLINE_JOURNAL"] = folder + "/journal"
        do {
            // It dies when we do, however that is.
            let words = ["taskset", "-c", "\(core)", "setpriv", "--pdeathsig", "KILL", try Self.program()]
            account = ProcessAccount(
                identifier: try ChildProgram.start(words, environment: settings, output: folder + "/output"))
        } catch {
            Folders.remove(folder)
            throw error
        }
    }

    var mediaURL: String { "ws://127.0.0.1:\(port)/media/telnyx/" }

    /// Waits until all that it needs is there.
    func untilReady() async throws {
        let limit = Moment.now + Self.startPatience
        var last = "nothing yet"
        while Moment.now < limit {
            guard isRunning else { throw Trouble("ledgerline-realtime has ended by itself: \(output)") }
            if let answer = try? await get("/readyz") {
                let document = try? JSONValue(json: answer.bytes)
                if answer.status == 200, document?["status"]?.text == "up" { return }
                last = document?.compact ?? String(decoding: answer.bytes, as: UTF8.self)
            }
            try await loop.sleep(for: Self.rhythm)
        }
        throw Trouble("ledgerline-realtime is not ready after \(Self.startPatience); it says: \(last)")
    }

    /// A figure of its metrics, by its name with labels; 0 where there is none yet.
    func metric(_ name: String) async throws -> Int {
        let text = String(decoding: try await get("/metrics").bytes, as: UTF8.self)
        for line in text.split(separator: "\n") where line.hasPrefix(name + " ") {
            return line.split(separator: " ").last.flatMap { Double($0) }.map { Int($0) } ?? 0
        }
        return 0
    }

    /// What the process has measured itself, so far.
    func buckets(_ name: String) async throws -> BucketCounts {
        BucketCounts(of: name, in: String(decoding: try await get("/metrics").bytes, as: UTF8.self))
    }

    private func get(_ path: String) async throws -> (status: UInt16, bytes: [UInt8]) {
        var request = ClientRequest(.get, "http://127.0.0.1:\(port)\(path)")
        request.deadlines.total = .seconds(5)
        let response = try await client.send(request)
        return (response.status.rawValue, try await response.body.whole())
    }

    /// Drains it, and waits for its end.
    func end() async {
        if isRunning { kill(account.identifier, SIGTERM) }
        let limit = Moment.now + Self.endPatience
        while isRunning, Moment.now < limit {
            do { try await loop.sleep(for: Self.rhythm) } catch { break }
        }
        if isRunning {
            kill(account.identifier, SIGKILL)
            waitpid(account.identifier, nil, 0)
        }
        Folders.remove(folder)
    }

    var isRunning: Bool {
        if !isOver, waitpid(account.identifier, nil, WNOHANG) != 0 { isOver = true }
        return !isOver
    }

    /// Its last words.
    private var output: String {
        let bytes = (try? Files.read(folder + "/output")) ?? []
        return String(decoding: bytes.suffix(2_000), as: UTF8.self)
    }

    // MARK: - Starting

    private static func program() throws(Trouble) -> String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.split(separator: "/").dropLast().joined(separator: "/")
        let path = "/\(folder)/ledgerline-realtime"
        guard access(path, X_OK) == 0 else { throw Trouble("\(path) is not there: build ledgerline-realtime too") }
        return path
    }
}
