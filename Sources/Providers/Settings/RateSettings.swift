package import Service

/// How much one sender may ask of the API in a window; keys of the tier `high` have ten times as much.
package struct RateSettings: Sendable {
    package let window: Duration
    package let reads: Int
    package let writes: Int
    package let webhooks: Int

    private static let counts = 1...1_000_000

    package init(_ reader: inout SettingsReader) {
        window = reader.read(
            "LEDGERLINE_RATE_WINDOW", as: .duration(in: .seconds(1)...(.seconds(86_400))), else: .always("1m"),
            "The window that the rates are for.")
        reads = reader.read(
            "LEDGERLINE_RATE_READS", as: .integer(in: Self.counts), else: .always("1200"),
            "Reads of one user or API key in a window.")
        writes = reader.read(
            "LEDGERLINE_RATE_WRITES", as: .integer(in: Self.counts), else: .always("600"),
            "Writes of one user or API key in a window.")
        webhooks = reader.read(
            "LEDGERLINE_RATE_WEBHOOKS", as: .integer(in: Self.counts), else: .always("12000"),
            "Webhooks from one address in a window.")
    }
}
