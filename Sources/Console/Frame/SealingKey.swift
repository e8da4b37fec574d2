import Postgres
import Service
import Store

/// What opens the words of people in the log, for commands that need them.
enum SealingKey {
    static let name = "LEDGERLINE_SEALING_KEY"

    /// Nil where none is set.
    static func find(_ source: SettingsSource) throws -> Sealing? {
        var reader = SettingsReader(source)
        let key = reader.find(
            SettingNames(stringLiteral: name), as: .secret(atLeast: 44),
            "Opens what people said: 32 bytes in base64.")
        try reader.finish()
        return try key.map { try Sealing(setting: $0.revealed) }
    }

    /// What to do about words that were found sealed.
    static let advice = "give \(name) the key that the processes have"
}
