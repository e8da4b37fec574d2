import Glibc
import Loop

/// Real writers, relays and consumers, and everything that can happen to them; then a look at whether the log kept its
/// promises. `docs/faults.md` says which.
@main
enum Main {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let role = arguments.isEmpty ? "" : arguments.removeFirst()
        if role != "referee" { Signals.block([.terminate]) }
        do {
            switch role {
            case "writer":
                let options = try WriterOptions(arguments)
                try Loops.run(1, name: "writer") { try await WriterRole.work(options, on: $0.first) }
            case "worker": try Loops.run(1, name: "worker") { try await WorkerRole.work(on: $0.first) }
            case "referee":
                let options = try RefereeOptions(arguments)
                let isSound = try Loops.run(1, name: "referee") { try await Referee.hold(options, on: $0.first) }
                exit(isSound ? 0 : 1)
            default: throw Trouble("usage: Chaos referee [--seconds N] [--seed N] [--keep]")
            }
        } catch {
            complain("chaos: \(error)")
            exit(64)
        }
    }
}

/// Something that stands in the way of the game itself.
struct Trouble: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

func say(_ text: String) {
    put(text, to: 1)
}

func complain(_ text: String) { put(text, to: 2) }

private func put(_ text: String, to descriptor: Int32) {
    var line = text + "\n"
    line.withUTF8 { _ = write(descriptor, $0.baseAddress, $0.count) }
}
