package import Service

/// What we need to talk to the carrier and to be found by it.
package struct CarrierSettings: Sendable {
    package let telnyxKey: Secret?
    /// Ed25519 keys that webhooks may be signed with; several while one replaces another.
    package let telnyxPublicKeys: [[UInt8]]
    /// The application of the carrier's that our calls go out through.
    package let telnyxConnection: String?
    package let telnyxURL: Endpoint
    package let twilioAccount: String?
    /// The first one signs our commands; webhooks may be signed with any while one replaces another.
    package let twilioTokens: [Secret]
    package let twilioURL: Endpoint
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
        telnyxConnection = reader.find(
            "TELNYX_CONNECTION_ID", as: .text("a connection's id", example: "2811212257810187875"),
            "The Telnyx application that calls go out through.")
        telnyxURL = reader.read(
            "TELNYX_API_URL", as: .endpoint("https", "http"), else: .always("https://api.telnyx.com/v2"),
            "Where Telnyx takes commands.")
        twilioAccount = reader.find(
            "TWILIO_ACCOUNT_SID", as: .text("an account's id", example: "AC…"), "The Twilio account.")
        twilioTokens =
            reader.find(
                "TWILIO_AUTH_TOKENS", as: .list(of: .secret()),
                "Twilio's auth tokens, the one in use first; several while one replaces another.") ?? []
        twilioURL = reader.read(
            "TWILIO_API_URL", as: .endpoint("https", "http"), else: .always("https://api.twilio.com"),
            "Where Twilio takes commands.")
        publicURL = reader.read(
            "PUBLIC_URL", as: .endpoint("https", "http"), else: .outsideProduction("http://127.0.0.1:8080"),
            "Where webhooks and people reach the API.")
        mediaURL = reader.read(
            "MEDIA_URL", as: .endpoint("wss", "ws"), else: .outsideProduction("ws://127.0.0.1:8081"),
            "Where the carrier reaches the realtime process.")
    }
}
