import Crypto
package import Domain
import Loop
package import Postgres

/// What is asked of the calls' read model. Each question names the organization that asks: another one's call is none.
package struct CallReader: Sendable {
    /// The most rows that one answer holds.
    package static let rowsMax = 5_000
    /// Between two looks at a call that is not as far yet as somebody wants it.
    static let pauseFirst = Duration.milliseconds(5)
    static let pauseMax = Duration.milliseconds(100)

    private let source: LogSource
    private let loop: Loop
    private let tables: CallTables

    package init(_ pool: PostgresPool, tables: CallTables = .live) {
        source = .pool(pool)
        loop = pool.loop
        self.tables = tables
    }

    package init(_ database: TenantDatabase) {
        source = .tenant(database)
        loop = database.loop
        tables = .live
    }

    /// A call, without its turns, segments and tool uses; nil if there is none.
    package func get(_ call: CallID, of organization: OrganizationID) async throws -> CallRow? {
        let rows = try await source.query(
            """
            SELECT \(CallColumns.calls) FROM \(tables.calls)
            WHERE call_id = \(call.uuid) AND organization_id = \(organization.uuid)
            """)
        return try rows.first.map { try CallRow($0) }
    }

    /// The same as it is shown.
    package func view(_ call: CallID, of organization: OrganizationID) async throws -> CallView? {
        try CallView.all(
            try await source.query(
                """
                SELECT \(CallView.columns) FROM \(tables.calls)
                WHERE call_id = \(call.uuid) AND organization_id = \(organization.uuid)
                """)
        ).first
    }

    /// The call with everything that its stream says up to `minVersion` at least, which whoever wrote that was told. Waits for
    /// it as long as `patience` lasts, then throws `NotYetProjected`.
    package func get(
        _ call: CallID, of organization: OrganizationID, minVersion: Int32, patience: Duration
    ) async throws -> CallRow {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        var pause = Self.pauseFirst
        while true {
            let row = try await get(call, of: organization)
            if let row, row.state.version >= minVersion { return row }
            let left = deadline - clock.now
            guard left > .zero else {
                throw NotYetProjected(call: call, wanted: minVersion, projected: row?.state.version)
            }
            try await loop.sleep(for: min(pause, left))
            pause = min(pause * 2, Self.pauseMax)
        }
    }

    /// In the order in which they began.
    package func turns(of call: CallID, of organization: OrganizationID) async throws -> [(id: TurnID, turn: TurnState)]
    {
        try await source.query(
            """
            SELECT \(CallColumns.turns) FROM \(tables.turns)
            WHERE call_id = \(call.uuid) AND organization_id = \(organization.uuid)
            ORDER BY began_at, turn_id LIMIT \(Int64(Self.rowsMax))
            """
        ).map { row in
            let (_, id, turn) = try TurnState.read(row)
            return (id: id, turn: turn)
        }
    }

    /// In the order in which they were said.
    package func transcript(
        of call: CallID, of organization: OrganizationID
    ) async throws -> [(id: SegmentID, segment: SegmentState)] {
        try await source.query(
            """
            SELECT \(CallColumns.segments) FROM \(tables.segments)
            WHERE call_id = \(call.uuid) AND organization_id = \(organization.uuid)
            ORDER BY began_at, segment_id LIMIT \(Int64(Self.rowsMax))
            """
        ).map { row in
            let (_, id, segment) = try SegmentState.read(row)
            return (id: id, segment: segment)
        }
    }

    /// In the order in which they were called.
    package func toolUses(
        of call: CallID, of organization: OrganizationID
    ) async throws -> [(id: ToolCallID, use: ToolUseState)] {
        try await source.query(
            """
            SELECT \(CallColumns.toolUses) FROM \(tables.toolUses)
            WHERE call_id = \(call.uuid) AND organization_id = \(organization.uuid)
            ORDER BY coalesce(called_at, finished_at), tool_call_id LIMIT \(Int64(Self.rowsMax))
            """
        ).map { row in
            let (_, id, use) = try ToolUseState.read(row)
            return (id: id, use: use)
        }
    }
}

/// A read model does not show yet what somebody has written. It will: asking again helps, unless the call is parked.
package struct NotYetProjected: Error, Hashable, Sendable, CustomStringConvertible {
    package let call: CallID
    package let wanted: Int32
    /// Nil if the call is not there at all.
    package let projected: Int32?

    package init(call: CallID, wanted: Int32, projected: Int32?) {
        self.call = call
        self.wanted = wanted
        self.projected = projected
    }

    package var description: String {
        let state = projected.map { "is at version \($0)" } ?? "is not there yet"
        return "call \(call) \(state), and version \(wanted) was asked for: ask again in a moment"
    }
}
