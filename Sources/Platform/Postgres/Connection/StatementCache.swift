/// Which statements a connection has prepared, the least recently used forgotten first.
///
/// Found by fingerprint, so a hit costs one look-up of a number and one comparison of a few pointers.
struct StatementCache {
    final class Prepared {
        let sql: SQL
        let name: StatementName
        let isPlainRead: Bool
        let changesSession: Bool
        let leavesLocalSettings: Bool
        fileprivate(set) var older: Prepared?
        fileprivate(set) unowned var newer: Prepared?

        init(_ sql: SQL, _ number: UInt64) {
            self.sql = SQL.statement(of: sql)
            name = StatementName(number)
            isPlainRead = sql.isPlainRead
            changesSession = sql.changesSession
            leavesLocalSettings = sql.leavesLocalSettings
        }
    }

    let limit: Int
    private var table: [UInt64: Prepared] = [:]
    private var newest: Prepared?
    private var oldest: Prepared?
    private var number: UInt64 = 0

    init(limit: Int) {
        precondition(limit > 0, "a cache that holds nothing")
        self.limit = limit
    }

    var count: Int { table.count }

    mutating func find(_ sql: SQL) -> Prepared? {
        // Mostly the same again.
        if let newest, newest.sql.isSameStatement(as: sql) { return newest }
        guard let prepared = table[sql.fingerprint], prepared.sql.isSameStatement(as: sql) else { return nil }
        if newest !== prepared {
            unlink(prepared)
            link(prepared)
        }
        return prepared
    }

    /// Makes an entry under a name never used before; answers what has to go for it.
    mutating func add(_ sql: SQL) -> (added: Prepared, evicted: Prepared?) {
        // Two statements with one fingerprint: the earlier one makes room.
        var evicted = table[sql.fingerprint]
        if evicted == nil, table.count >= limit { evicted = oldest }
        if let evicted { forget(evicted) }
        number += 1
        let added = Prepared(sql, number)
        table[sql.fingerprint] = added
        link(added)
        return (added, evicted)
    }

    /// Takes an entry out. It may be gone already.
    mutating func forget(_ prepared: Prepared) {
        guard table[prepared.sql.fingerprint] === prepared else { return }
        table[prepared.sql.fingerprint] = nil
        unlink(prepared)
    }

    private mutating func link(_ prepared: Prepared) {
        prepared.older = newest
        prepared.newer = nil
        newest?.newer = prepared
        newest = prepared
        if oldest == nil { oldest = prepared }
    }

    private mutating func unlink(_ prepared: Prepared) {
        if newest === prepared { newest = prepared.older }
        if oldest === prepared { oldest = prepared.newer }
        prepared.newer?.older = prepared.older
        prepared.older?.newer = prepared.newer
        prepared.older = nil
        prepared.newer = nil
    }
}
