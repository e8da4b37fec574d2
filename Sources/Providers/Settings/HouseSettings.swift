package import Service

/// What each of the three processes reads before its own: what all of ours read, its port, the carrier and the providers.
package struct HouseSettings: Sendable {
    package let common: CommonSettings
    package let port: UInt16
    package let carrier: CarrierSettings
    package let providers: ProviderSettings
    package let local: LocalSettings
    package let webhooks: WebhookSettings
    package let recordings: RecordingSettings
    /// Wraps the keys that personal words are sealed with.
    package let sealingKey: Secret?

    /// The names of the port, its default and its meaning differ from process to process.
    init(_ reader: inout SettingsReader, port names: SettingNames, else port: String, _ meaning: String) {
        common = CommonSettings(&reader)
        self.port = reader.read(names, as: .port, else: .always(port), meaning)
        carrier = CarrierSettings(&reader)
        providers = ProviderSettings(&reader)
        local = LocalSettings(&reader)
        webhooks = WebhookSettings(&reader)
        recordings = RecordingSettings(&reader)
        sealingKey = reader.find(
            "LEDGERLINE_SEALING_KEY", as: .secret(atLeast: 44),
            "Opens what people said in the log: 32 bytes in base64, the same for all processes.")
    }
}
