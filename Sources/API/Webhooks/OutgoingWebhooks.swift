import Providers
import Service
import Store

/// What the routes of webhooks need besides a database.
struct OutgoingWebhooks: Sendable {
    let secrets: EndpointSecrets
    let settings: WebhookSettings

    init(_ settings: APISettings) throws {
        secrets = try EndpointSecrets(setting: settings.house.sealingKey?.revealed)
        self.settings = settings.house.webhooks
    }
}
