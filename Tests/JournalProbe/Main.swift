import Glibc
import Journal
import Loop

/// A writer in a process of its own, for a test to kill: `JournalProbe FOLDER`. It never ends by itself.
///
/// Appends records, awaits durability, and only then prints the last number, so that whoever reads the output knows what must
/// be found again.
@main
struct Main {
    struct Usage: Error {}

    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 2 else { throw Usage() }
        try Loops.run(1) { loops in
            var limits = JournalLimits()
            limits.gathering = .milliseconds(1)
            limits.segmentBytesMax = 16 << 10
            let journal = try await Journal.open(words[1], on: loops.first, limits: limits)
            while true {
                var last: UInt64 = 0
                for index in 0..<20 {
                    last = try journal.append(
                        Array("record \(last) \(index) \(String(repeating: "x", count: index * 7))".utf8))
                }
                try await journal.untilDurable(last)
                let line = Array("\(last)\n".utf8)
                _ = write(1, line, line.count)
            }
        }
    }
}
