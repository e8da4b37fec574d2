package import Service

/// What webhooks are checked with that no carrier sends us through `CarrierSettings`. Without its secret a door believes nobody.
package struct DoorSettings: Sendable {
    package let stripeSecrets: [Secret]
    package let hubSpotSecrets: [Secret]

    package init(_ reader: inout SettingsReader) {
        stripeSecrets =
            reader.find(
                "STRIPE_WEBHOOK_SECRETS", as: .list(of: .secret()),
                "The secrets that sign Stripe's webhooks; several while one replaces another.") ?? []
        hubSpotSecrets =
            reader.find(
                "HUBSPOT_CLIENT_SECRETS", as: .list(of: .secret()),
                "The client secrets that sign HubSpot's webhooks; several while one replaces another.") ?? []
    }
}
