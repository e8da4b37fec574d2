import Domain
import Foundation
package import Loop
import Synchronization

/// Where espeak-ng is started for all calls of a process, one child for each sentence.
///
/// It is a program of its own, under a licence of its own (GPL 3): nothing of it is linked or loaded, we write to it and read from it.
package final class EspeakDesk: Sendable {
    /// Children at a time. Each lives for some milliseconds; the next sentence is refused.
    package static let childrenMax = 32
    /// How long a child may take over one sentence, and to end after its last sound.
    static let patience = Duration.seconds(5)

    let voices: EspeakVoices
    private let program: String
    private let lane: Lane
    private let childrenMax: Int
    private let children = Atomic(0)

    /// Nil where the program is not installed, or can't say which voices it has. Runs it, so on a thread that may wait.
    package init?(_ program: String = "espeak-ng", childrenMax: Int = EspeakDesk.childrenMax) throws(SystemError) {
        guard let path = Self.find(program), let listing = Self.listing(of: path) else { return nil }
        self.program = path
        self.childrenMax = childrenMax
        voices = EspeakVoices(listing: listing)
        guard !voices.languages.isEmpty else { return nil }
        lane = try Lane(name: "espeak", limit: childrenMax)
    }

    /// Children that run.
    var running: Int { children.load(ordering: .relaxed) }

    /// Starts one that says a sentence; `started` is called on the lane. Text goes in by a pipe: what stands in a command line can be
    /// read by everybody on the machine.
    func speak(
        _ sentence: String, _ voice: String, wordsPerMinute: Int,
        _ started: @escaping @Sendable (Result<SideProgram, any Error>) -> Void
    ) throws(LaneFull) {
        guard children.add(1, ordering: .relaxed).newValue <= childrenMax else {
            children.subtract(1, ordering: .relaxed)
            throw LaneFull(lane: "espeak", limit: childrenMax)
        }
        let arguments = ["--stdin", "--stdout", "-b", "1", "-v", voice, "-s", "\(wordsPerMinute)"]
        do throws(LaneFull) {
            try lane.give { [self] in
                let result = Result { try SideProgram(program, arguments, input: Array(sentence.utf8)) }
                if case .failure = result { children.subtract(1, ordering: .relaxed) }
                started(result)
            }
        } catch {
            children.subtract(1, ordering: .relaxed)
            throw error
        }
    }

    /// Takes a child back; `ended` gets its exit code on the lane.
    func reap(_ child: SideProgram, _ ended: @escaping @Sendable (Int32?) -> Void) {
        let reaping: @Sendable () -> Void = { [self] in
            let code = child.reap(within: Self.patience)
            children.subtract(1, ordering: .relaxed)
            ended(code)
        }
        // No more can wait than there are children, and one errand each.
        do throws(LaneFull) { try lane.give(reaping) } catch { reaping() }
    }

    // MARK: - Finding it

    private static func find(_ program: String) -> String? {
        if program.contains("/") { return FileManager.default.isExecutableFile(atPath: program) ? program : nil }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    /// A few kilobytes, which a pipe holds until the program has ended.
    private static func listing(of path: String) -> String? {
        do {
            let child = try SideProgram(path, ["--voices"], input: [])
            defer { Socket.close(child.output) }
            let code = child.reap(within: patience)
            var bytes: [UInt8] = []
            while true {
                switch EspeakSound.read(child.output) {
                case .bytes(let more): bytes += more
                case .nothing, .end: return code == 0 ? String(decoding: bytes, as: UTF8.self) : nil
                }
            }
        } catch {
            return nil
        }
    }
}
