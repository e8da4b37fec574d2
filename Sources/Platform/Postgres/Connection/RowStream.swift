import Loop

/// Rows between the socket and the task that takes them, one by one.
///
/// Holds at most about `rowsMax`: then the connection stops reading, the kernel's buffers fill, and the server waits. One
/// task takes rows; all happens on the connection's loop.
@safe final class RowStream: @unchecked Sendable {
    static let rowsMax = 256
    static let rowsLow = 64

    private var rows: [PostgresRows] = []
    private var taken = 0
    private var waiter: UnsafeContinuation<Void, Never>?
    private var end: PostgresError??
    /// Rows are not wanted any more; what still comes is thrown away.
    private var isDiscarding = false
    /// Until the end.
    var connection: PostgresConnection?

    private var held: Int { rows.count - taken }
    var isFull: Bool { held >= Self.rowsMax && !isDiscarding }

    func received(_ row: PostgresRows) {
        guard !isDiscarding, row.count > 0 else { return }
        rows.append(row)
        wake()
    }

    func finished(_ error: PostgresError?) {
        end = .some(error)
        connection = nil
        wake()
    }

    func discard() {
        isDiscarding = true
        rows = []
        taken = 0
        connection?.rowsTaken()
    }

    /// The next row; nil after the last. Throws what ended the statement.
    func next() async throws -> PostgresRow? {
        while true {
            if taken < rows.count { return take() }
            if let end {
                if let error = end { throw error }
                return nil
            }
            await news { $0.taken == $0.rows.count && $0.end == nil }
        }
    }

    /// Until the statement is over and the connection free again.
    func drained() async {
        while end == nil { await news { $0.end == nil } }
    }

    /// `isDue` is asked in here, since a task may hop on its way to here.
    private func news(while isDue: (RowStream) -> Bool) async {
        unsafe await withUnsafeContinuation { continuation in
            guard isDue(self) else { return unsafe continuation.resume() }
            unsafe waiter = unsafe continuation
        }
    }

    private func take() -> PostgresRow {
        let row = rows[taken][0]
        taken += 1
        if taken == rows.count {
            rows.removeAll(keepingCapacity: true)
            taken = 0
        } else if taken >= Self.rowsMax {
            rows.removeFirst(taken)
            taken = 0
        }
        if held <= Self.rowsLow { connection?.rowsTaken() }
        return row
    }

    private func wake() {
        guard let waiter = unsafe waiter else { return }
        unsafe self.waiter = nil
        unsafe waiter.resume()
    }
}
