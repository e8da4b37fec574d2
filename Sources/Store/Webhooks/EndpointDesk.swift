import Crypto
package import Domain
import Postgres
package import Wire

/// One organization's endpoints.
package struct EndpointDesk: Sendable {
    private let database: TenantDatabase
    private let secrets: EndpointSecrets
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ secrets: EndpointSecrets, _ meta: EventMeta?) {
        self.database = database
        self.secrets = secrets
        self.meta = meta
    }

    private var organization: UUID { database.organization.uuid }

    /// The newest first; one more than the page shows that there are more.
    package func page(
        after place: (Timestamp, WebhookEndpointID)?, limit: Int, countingAll: Bool
    ) async throws -> (rows: [EndpointRow], total: Int?) {
        let behind: SQL = place.map { "(created_at, endpoint_id) < (\($0.0), \($0.1.uuid))" } ?? "true"
        var batch: [SQL] = [
            """
            SELECT \(EndpointRow.columns) FROM webhook_endpoints
            WHERE organization_id = \(organization) AND \(behind)
            ORDER BY created_at DESC, endpoint_id DESC LIMIT \(Int64(limit))
            """
        ]
        if countingAll {
            batch.append("SELECT count(*) FROM webhook_endpoints WHERE organization_id = \(organization)")
        }
        let answers = try await database.query(batch)
        return (try answers[0].map { try EndpointRow($0) }, countingAll ? try answers[1].one.decode(Int.self) : nil)
    }

    package func get(_ endpoint: WebhookEndpointID) async throws -> EndpointRow? {
        try await database.query("SELECT \(EndpointRow.columns) FROM webhook_endpoints WHERE \(own(endpoint))").first
            .map { try EndpointRow($0) }
    }

    private func own(_ endpoint: WebhookEndpointID) -> SQL {
        "endpoint_id = \(endpoint.uuid) AND organization_id = \(organization)"
    }

    /// With its secret, which is shown now and never again.
    package func create(_ new: EndpointChange) async throws -> (row: EndpointRow, secret: String) {
        let (id, secret) = (UUID.v7(), EndpointSecrets.make())
        let kept = secrets.kept(secret, of: id)
        let reason = new.isEnabled == false ? EndpointRow.Disabled.byUser.rawValue : nil
        let told = EndpointCreated(
            host: new.host ?? "", events: new.patterns ?? [], isEnabled: new.isEnabled != false)
        let row = try await database.transaction { transaction in
            // Two who make the last one at once are counted one after the other.
            try await transaction.query(
                "SELECT pg_advisory_xact_lock(hashtext('webhook_endpoints'), hashtext(\(organization.description)))")
            let count = try await transaction.query(
                "SELECT count(*) FROM webhook_endpoints WHERE organization_id = \(organization)"
            ).one.decode(Int.self)
            guard count < WebhookLimits.endpointsMax else { throw EndpointRefusal.tooMany }
            let row = try EndpointRow(
                try await transaction.query(
                    """
                    INSERT INTO webhook_endpoints (endpoint_id, organization_id, url, description, events, secret, is_sealed,
                        disabled_reason, disabled_at)
                    VALUES (\(id), \(organization), \(new.url ?? ""), \(new.description ?? nil), \(new.patterns ?? []),
                        \(kept.bytes), \(kept.isSealed), \(reason),
                        CASE WHEN \(new.isEnabled == false) THEN clock_timestamp() END)
                    RETURNING \(EndpointRow.columns)
                    """
                ).one)
            try await tell(.endpointCreated(told), of: row.id, transaction)
            return row
        }
        return (row, EndpointSecrets.text(of: secret))
    }

    /// Nil if there is no such endpoint. What is enabled again begins with a clean sheet, and with what comes from now on.
    package func change(
        _ endpoint: WebhookEndpointID, _ change: EndpointChange, _ match: (Int32) throws -> Void
    ) async throws -> EndpointRow? {
        try await changing(endpoint, match) { row, transaction in
            let url = change.url ?? row.url
            let description = change.description ?? row.description
            let patterns = change.patterns ?? row.patterns
            let isEnabled = change.isEnabled ?? (row.disabled == nil)
            let wasEnabled = row.disabled == nil
            if url == row.url, description == row.description, patterns == row.patterns, isEnabled == wasEnabled {
                return row
            }
            let isStarting = isEnabled && !wasEnabled
            let isStopping = !isEnabled && wasEnabled
            let after = try EndpointRow(
                try await transaction.query(
                    """
                    UPDATE webhook_endpoints SET url = \(url), description = \(description), events = \(patterns),
                        version = version + 1, updated_at = clock_timestamp(),
                        disabled_at = CASE WHEN \(isStopping) THEN clock_timestamp() WHEN \(isStarting) THEN NULL
                            ELSE disabled_at END,
                        disabled_reason = CASE WHEN \(isStopping) THEN \(EndpointRow.Disabled.byUser.rawValue)
                            WHEN \(isStarting) THEN NULL ELSE disabled_reason END,
                        failures = CASE WHEN \(isStarting) THEN 0 ELSE failures END,
                        failing_since = CASE WHEN \(isStarting) THEN NULL ELSE failing_since END,
                        resting_until = CASE WHEN \(isStarting) THEN NULL ELSE resting_until END
                    WHERE \(own(endpoint)) RETURNING \(EndpointRow.columns)
                    """
                ).one)
            let told = EndpointChanged(
                host: url == row.url ? nil : change.host, events: patterns == row.patterns ? nil : patterns,
                isEnabled: isEnabled == wasEnabled ? nil : isEnabled)
            try await tell(.endpointChanged(told), of: endpoint, transaction)
            return after
        }
    }

    /// A new secret. The old one signs as well for a day, so that receivers can change in their own time.
    package func rotate(
        _ endpoint: WebhookEndpointID, _ match: (Int32) throws -> Void
    ) async throws -> (row: EndpointRow, secret: String)? {
        let secret = EndpointSecrets.make()
        let kept = secrets.kept(secret, of: endpoint.uuid)
        let row = try await changing(endpoint, match) { _, transaction in
            // Boxes and plain bytes do not mix: a row says once which of them it holds.
            let old = try await transaction.query(
                "SELECT secret, is_sealed FROM webhook_endpoints WHERE \(own(endpoint))"
            ).one.decode([UInt8].self, Bool.self)
            let opened = try secrets.opened(.init(bytes: old.0, isSealed: old.1), of: endpoint.uuid)
            let before = secrets.kept(opened, of: endpoint.uuid)
            let after = try EndpointRow(
                try await transaction.query(
                    """
                    UPDATE webhook_endpoints SET previous_secret = \(before.bytes), secret = \(kept.bytes),
                        is_sealed = \(kept.isSealed), version = version + 1, updated_at = clock_timestamp(),
                        previous_until = clock_timestamp() + \(WebhookLimits.rotation)
                    WHERE \(own(endpoint)) RETURNING \(EndpointRow.columns)
                    """
                ).one)
            try await tell(.endpointSecretRotated(EndpointSecretRotated()), of: endpoint, transaction)
            return after
        }
        return row.map { ($0, EndpointSecrets.text(of: secret)) }
    }

    /// With its ledger. Answers whether there was one.
    package func delete(_ endpoint: WebhookEndpointID, _ match: (Int32) throws -> Void) async throws -> Bool {
        let row = try await changing(endpoint, match) { row, transaction in
            try await transaction.query("DELETE FROM webhook_endpoints WHERE \(own(endpoint))")
            try await tell(.endpointDeleted(EndpointDeleted()), of: endpoint, transaction)
            return row
        }
        return row != nil
    }

    /// Puts an event into the log that goes to this endpoint alone; answers its id.
    package func test(_ endpoint: WebhookEndpointID) async throws -> EventID? {
        guard try await get(endpoint) != nil else { return nil }
        let event = try NewEvent.now(.endpoint(.endpointTested(EndpointTested())), meta)
        _ = try await database.transaction {
            // Who asks believes that it is back.
            try await $0.query("UPDATE webhook_endpoints SET resting_until = NULL WHERE \(own(endpoint))")
            return try await $0.append([event], to: endpoint.uuid, kind: .webhookEndpoint)
        }
        return EventID(event.id)
    }

    private func tell(
        _ fact: EndpointEvent, of endpoint: WebhookEndpointID, _ transaction: TenantTransaction
    ) async throws {
        try await transaction.append([.now(.endpoint(fact), meta)], to: endpoint.uuid, kind: .webhookEndpoint)
    }

    private func changing(
        _ endpoint: WebhookEndpointID, _ match: (Int32) throws -> Void,
        _ change: (EndpointRow, TenantTransaction) async throws -> EndpointRow
    ) async throws -> EndpointRow? {
        try await database.transaction { transaction in
            let rows = try await transaction.query(
                "SELECT \(EndpointRow.columns) FROM webhook_endpoints WHERE \(own(endpoint)) FOR UPDATE")
            guard let row = try rows.first.map({ try EndpointRow($0) }) else { return nil }
            try match(row.version)
            return try await change(row, transaction)
        }
    }
}

/// What somebody says of an endpoint; nil leaves it as it is.
package struct EndpointChange: Sendable {
    package var url: String?
    /// Of the address: as much of it as the log is told.
    package var host: String?
    package var description: String??
    package var patterns: [String]?
    package var isEnabled: Bool?

    package init(
        url: String? = nil, host: String? = nil, description: String?? = nil, patterns: [String]? = nil,
        isEnabled: Bool? = nil
    ) {
        self.url = url
        self.host = host
        self.description = description
        self.patterns = patterns
        self.isEnabled = isEnabled
    }
}
