import Glibc
import Loop
import TestKit

/// Processes of one role, each in a place where another one takes over when it dies.
final class Crew {
    private let loop: Loop
    private let launch: (_ place: Int) throws -> ChildProcess
    private var members: [ChildProcess]
    private(set) var started = 0
    private var isClosing = false

    init(_ count: Int, on loop: Loop, _ launch: @escaping (_ place: Int) throws -> ChildProcess) throws {
        self.loop = loop
        self.launch = launch
        members = try (0..<count).map(launch)
        started = count
    }

    func send(_ signal: Int32, to place: Int) { members[place].send(signal) }

    /// Puts somebody into each empty place, until `close`.
    func keepFull() async {
        while !isClosing {
            for place in members.indices where !members[place].isRunning {
                do {
                    members[place] = try launch(place)
                    started += 1
                } catch {
                    complain("chaos: \(error)")
                }
            }
            do { try await loop.sleep(for: .milliseconds(20)) } catch { return }
        }
    }

    /// Asks all of them to end in good order; answers whether they did within `patience`.
    func close(within patience: Duration) async -> Bool {
        isClosing = true
        for member in members {
            member.send(SIGCONT)
            member.send(SIGTERM)
        }
        let deadline = Moment.now + patience
        while members.contains(where: \.isRunning), Moment.now < deadline {
            do { try await loop.sleep(for: .milliseconds(20)) } catch { break }
        }
        let areGone = !members.contains(where: \.isRunning)
        for member in members { await member.end(on: loop) }
        return areGone
    }
}
