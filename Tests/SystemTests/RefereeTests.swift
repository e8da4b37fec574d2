import Foundation
import Loop
import TestKit
import Testing

/// The chaos checker's own death.
@Suite(.timeLimit(.minutes(2)), .serialized) struct RefereeTests {
    private static func text(of path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }

    private static func children(of process: Int32) -> [Int32] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return tasks.flatMap { text(of: "/proc/\(process)/task/\($0)/children").split(separator: " ") }
            .compactMap { Int32($0) }
    }

    private static func words(of process: Int32) -> String {
        text(of: "/proc/\(process)/cmdline").replacing("\0", with: " ")
    }

    /// A dead one that nobody has asked after yet is gone, too.
    private static func isGone(_ process: Int32) -> Bool {
        let status = text(of: "/proc/\(process)/stat")
        return status.isEmpty || status.contains(") Z ")
    }

    @Test func `when the referee is killed, nothing of its game goes on`() async throws {
        try await Loops.with { loops in
            let chaos = BuiltProducts.executable("Chaos")
            try await RunningProcess.with(chaos, ["referee", "--seconds", "60", "--seed", "1"]) { referee in
                // Two writers, three workers, Redis, and whoever waits for the referee's end.
                var children: [Int32] = []
                try await loops.first.until("the game", within: .seconds(60), every: .milliseconds(50)) {
                    children = Self.children(of: referee.identifier)
                    let words = children.map(Self.words)
                    return words.count { $0.contains("Chaos w") } == 5 && words.contains { $0.contains("redis-server") }
                }
                let guardian = try #require(children.map(Self.words).first { $0.contains("LEDGERLINE_STATE=") })
                let folder = try #require(guardian.firstMatch(of: /LEDGERLINE_STATE='([^']+)'/)).output.1
                let postgres = try #require(
                    Int32(
                        Self.text(of: folder + "/postgres/data/postmaster.pid").split(separator: "\n").first ?? ""))

                referee.send(SIGKILL)
                #expect(await referee.exit() == -SIGKILL)
                try await loops.first.until("the end of all of them", within: .seconds(30), every: .milliseconds(50)) {
                    (children + [postgres]).allSatisfy(Self.isGone)
                }
                #expect(!FileManager.default.fileExists(atPath: String(folder)))
            }
        }
    }
}
