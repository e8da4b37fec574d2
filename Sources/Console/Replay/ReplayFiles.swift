import Crypto
import Glibc
import Journal
import Loop
import Store

/// The traces that are to be run.
enum ReplayFiles {
    /// A call whose sound came back under a new ticket has several.
    static let namesakesMax = 99

    static func find(_ options: ReplayOptions, in folder: String?) throws -> [(path: String, trace: RecordFile)] {
        if let file = options.file {
            do { return [(file, try read(file))] } catch is NotThere { throw Trouble("there is no file \(file)") }
        }
        guard let call = options.call else { throw UsageError("CALL is missing") }
        guard let folder else {
            throw Trouble("LEDGERLINE_TRACES is off, so calls leave no traces; name one with --trace FILE")
        }
        var found: [(String, RecordFile)] = []
        for number in 1...namesakesMax {
            let path = "\(folder)/\(call)\(number == 1 ? "" : ".\(number)")\(TraceShelf.suffix)"
            do { found.append((path, try read(path))) } catch is NotThere { break }
        }
        guard !found.isEmpty else {
            throw Trouble(
                "there is no trace of \(call) in \(folder): traces go after a week, or when there are too many; "
                    + "see that LEDGERLINE_TRACES is the folder of the process that carried the call")
        }
        return found
    }

    private struct NotThere: Error {}

    private static func read(_ path: String) throws -> RecordFile {
        do {
            guard let file = try RecordFile.read(path) else { throw Trouble("\(path): \(TraceFault.noTrace)") }
            return file
        } catch let error as SystemError {
            if error.code == ENOENT { throw NotThere() }
            throw Trouble("can't read \(path): \(error)")
        }
    }
}

extension ReplayFiles {
    static func reading(_ file: (path: String, trace: RecordFile), _ sealing: Sealing?) throws -> TraceReading {
        do { return try TraceReading(file.trace, sealing) } catch { throw Trouble("\(file.path): \(error)") }
    }
}
