import Crypto
package import Domain
import Postgres
package import Wire

/// Where an organization wants to be told of events, and how that goes. Without the secrets.
package struct EndpointRow: Sendable {
    package enum Disabled: String, Hashable, Sendable, CaseIterable {
        case byUser = "by_user"
        case gone, failing
    }

    package let id: WebhookEndpointID
    /// Of what people said about it; how it is doing counts for nothing here.
    package let version: Int32
    package let url: String
    package let description: String?
    package let patterns: [String]
    package let disabled: Disabled?
    package let disabledAt: Timestamp?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    /// Until then what is sent is signed with the secret before, too.
    package let previousUntil: Timestamp?
    package let deliveredAt: Timestamp?
    package let failingSince: Timestamp?
    package let restingUntil: Timestamp?
    /// In a row.
    package let failures: Int32

    static let columns: SQL =
        """
        endpoint_id, version, url, description, events, disabled_reason, disabled_at, created_at, updated_at,
        CASE WHEN previous_until > clock_timestamp() THEN previous_until END, delivered_at, failing_since,
        CASE WHEN resting_until > clock_timestamp() THEN resting_until END, failures
        """

    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        id = try reader.id(WebhookEndpointID.self)
        version = try reader.next()
        url = try reader.next()
        description = try reader.next()
        patterns = try reader.next()
        disabled = try reader.word(Disabled.self)
        disabledAt = try reader.next()
        createdAt = try reader.next()
        updatedAt = try reader.next()
        previousUntil = try reader.next()
        deliveredAt = try reader.next()
        failingSince = try reader.next()
        restingUntil = try reader.next()
        failures = try reader.next()
    }
}

/// Why an endpoint is left as it is.
package enum EndpointRefusal: Error, Hashable, Sendable {
    case tooMany
    /// What waits for a disabled endpoint would wait for ever.
    case isDisabled
    case isReplaying
}
