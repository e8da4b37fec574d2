package import Service

/// What we need to talk to the carrier and to be found by it.
package struct CarrierSettings: Sendable {
    package let telnyxKey: Secret?
    /// Ed25519 keys that webhooks may be signed with; several while one replaces another.
    package let telnyxPublicKeys: [[UInt8]]
    /// Where webhooks and people reach us.
    package let publicURL: Endpoint
    /// Where the carrier opens its media stream.
    package let mediaURL: Endpoint

    package init(_ reader: inout SettingsReader) {
        telnyxKey = reader.find("TELNYX_API_KEY", as: .secret(), needed: .inProduction, "The carrier's API key.")
        telnyxPublicKeys =
            reader.find(
                "TELNYX_PUBLIC_KEYS", as: .list(of: .publicKey), needed: .inProduction,
                "The Ed25519 keys that sign the carrier's webhooks, each 32 bytes in base64.") ?? []
        publicURL = reader.read(
            "PUBLIC_URL", as: .endpoint("https", "http"), else: .outsideProduction("http://127.0.0.1:8080"),
            "Where webhooks and people reach the API.")
        mediaURL = reader.read(
            "MEDIA_URL", as: .endpoint("wss", "ws"), else: .outsideProduction("ws://127.0.0.1:8081"),
            "Where the carrier reaches the realtime process.")
    }
}
