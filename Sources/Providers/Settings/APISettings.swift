package import Service

/// The settings of `ledgerline-api`.
package struct APISettings: Sendable {
    package let house: HouseSettings
    package let tokenKey: Secret?
    package let tokenSecret: Secret?
    package let previousTokenKey: Secret?
    package let previousTokenSecret: Secret?
    package let tokenLifetime: Duration
    package let bodyMax: Int
    package let allowedOrigins: [Endpoint]
    /// Who is believed when they say in `X-Forwarded-For` whom they ask for.
    package let trustedProxies: [Network]
    package let doors: DoorSettings
    package let rates: RateSettings
    /// Where figures are read from, if not from the database.
    package let analyticsDatabase: Endpoint?

    package init(_ reader: inout SettingsReader) {
        house = HouseSettings(
            &reader, port: ["LEDGERLINE_API_PORT", "PORT"], else: "8080", "The port the API listens on.")
        tokenKey = reader.find("JWT_PRIVATE_KEY", as: .secret(atLeast: 32), "The Ed25519 key that signs access tokens.")
        tokenSecret = reader.find(
            "JWT_SECRET", as: .secret(atLeast: 32), "The shared secret that signs access tokens, without a key.")
        reader.requireOne(
            of: ["JWT_PRIVATE_KEY", "JWT_SECRET"], found: tokenKey != nil || tokenSecret != nil)
        previousTokenKey = reader.find(
            "JWT_PREVIOUS_PRIVATE_KEY", as: .secret(atLeast: 32),
            "The key that signed before: what it signed is still good.")
        previousTokenSecret = reader.find(
            "JWT_PREVIOUS_SECRET", as: .secret(atLeast: 32),
            "The secret that signed before: what it signed is still good.")
        tokenLifetime = reader.read(
            "LEDGERLINE_TOKEN_LIFETIME", as: .duration(in: .seconds(60)...(.seconds(86_400))), else: .always("30m"),
            "How long an access token is good.")
        bodyMax = reader.read(
            "LEDGERLINE_BODY_MAX", as: .bytes(in: 1_024...(64 << 20)), else: .always("1MiB"),
            "The largest request body taken.")
        allowedOrigins =
            reader.find(
                "LEDGERLINE_ALLOWED_ORIGINS", as: .list(of: .endpoint("https", "http")),
                "Web origins that may call the API from a browser.") ?? []
        trustedProxies =
            reader.find(
                "LEDGERLINE_TRUSTED_PROXIES", as: .list(of: .network),
                "Proxies that are believed when they say in X-Forwarded-For whom they ask for.") ?? []
        doors = DoorSettings(&reader)
        rates = RateSettings(&reader)
        analyticsDatabase = reader.find(
            "ANALYTICS_DATABASE_URL", as: .secretEndpoint("postgresql", "postgres"),
            "A replica of the database that analytics are read from.")
    }
}
