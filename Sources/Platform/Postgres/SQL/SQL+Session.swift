/// What of a statement outlives its transaction without being data: settings, subscriptions, cursors, temporary tables.
extension SQL {
    /// Whether it is a command that changes the session, as far as its first words tell.
    var changesSession: Bool { Self.changesSession(words.prefix(3)) }

    /// The same, or it calls a function that may. Only who calls `set_config` or takes an advisory lock knows whether it
    /// is for the session: whoever does so on a connection of their own says what comes `afterwards`.
    var touchesSession: Bool {
        let words = words
        return Self.changesSession(words.prefix(3)) || words.contains { Self.sessionFunctions.contains($0) }
    }

    /// Whether what was set for the transaction still holds behind it, as far as its words tell.
    var leavesLocalSettings: Bool {
        let words = words
        guard let command = words.first, !Self.sessionCommands.contains(command) else { return false }
        return !Self.transactionCommands.contains(command) && !words.contains { Self.sessionFunctions.contains($0) }
    }

    private var words: [Substring] { text.uppercased().split { !($0.isLetter || $0.isNumber || $0 == "_") } }

    private static func changesSession(_ words: ArraySlice<Substring>) -> Bool {
        guard let command = words.first else { return false }
        let rest = words.dropFirst()
        switch command {
        case "SET": return !(rest.first.map(ofTransaction.contains) ?? false)
        case "CREATE": return rest.contains("TEMP") || rest.contains("TEMPORARY")
        default: return sessionCommands.contains(command)
        }
    }

    /// What `SET` may be followed by and be over with the transaction.
    private static let ofTransaction: Set<Substring> = ["LOCAL", "TRANSACTION", "CONSTRAINTS"]
    private static let transactionCommands: Set<Substring> = [
        "SET", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "DO", "CALL",
    ]
    private static let sessionCommands: Set<Substring> = [
        "RESET", "DISCARD", "LISTEN", "UNLISTEN", "DECLARE", "PREPARE", "LOAD",
    ]
    private static let sessionFunctions: Set<Substring> = [
        "SET_CONFIG", "PG_ADVISORY_LOCK", "PG_ADVISORY_LOCK_SHARED", "PG_TRY_ADVISORY_LOCK",
        "PG_TRY_ADVISORY_LOCK_SHARED",
    ]
}
