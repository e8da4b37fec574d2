/// What a writer is told.
struct WriterOptions: Sendable {
    let name: String
    let journal: String
    let ledger: String
    let seed: UInt64

    init(_ arguments: [String]) throws {
        guard arguments.count == 4, let seed = UInt64(arguments[3]) else {
            throw Trouble("writer NAME JOURNAL LEDGER SEED")
        }
        (name, journal, ledger, self.seed) = (arguments[0], arguments[1], arguments[2], seed)
    }

    var arguments: [String] { ["writer", name, journal, ledger, String(seed)] }

    init(name: String, journal: String, ledger: String, seed: UInt64) {
        (self.name, self.journal, self.ledger, self.seed) = (name, journal, ledger, seed)
    }
}
