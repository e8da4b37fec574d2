package import Domain
import Postgres

/// One organization's secret for its tools.
package struct ToolSecretDesk: Sendable {
    private let database: TenantDatabase
    private let secrets: EndpointSecrets
    private let meta: EventMeta?

    package init(_ database: TenantDatabase, _ secrets: EndpointSecrets, _ meta: EventMeta? = nil) {
        self.meta = meta
        self.database = database
        self.secrets = secrets
    }

    private var organization: OrganizationID { database.organization }

    package func get() async throws -> ToolSecret {
        try await ToolSecret.find(of: organization, secrets) { try await database.query($0) }
    }

    /// A new secret. The old one signs as well for a day, so that tools can change in their own time.
    package func rotate(_ match: (Int32) throws -> Void) async throws -> ToolSecret {
        _ = try await get()
        let kept = secrets.kept(EndpointSecrets.make(), of: .tools(of: organization.uuid))
        return try await database.transaction { transaction in
            let row = try await transaction.query(
                """
                SELECT \(ToolSecret.columns) FROM tool_secrets WHERE organization_id = \(organization.uuid) FOR UPDATE
                """
            ).one
            let old = try ToolSecret(row, of: organization, secrets)
            try match(old.version)
            // Boxes and plain bytes do not mix: a row says once which of them it holds.
            let before = secrets.kept(old.secret, of: .tools(of: organization.uuid))
            let after = try ToolSecret(
                try await transaction.query(
                    """
                    UPDATE tool_secrets SET previous_secret = \(before.bytes), secret = \(kept.bytes),
                        is_sealed = \(kept.isSealed), version = version + 1, updated_at = clock_timestamp(),
                        previous_until = clock_timestamp() + \(WebhookLimits.rotation)
                    WHERE organization_id = \(organization.uuid) RETURNING \(ToolSecret.columns)
                    """
                ).one, of: organization, secrets)
            try await transaction.append(
                [.now(.organization(.toolSecretRotated(ToolSecretRotated())), meta)], to: organization.uuid,
                kind: .organization)
            return after
        }
    }
}
