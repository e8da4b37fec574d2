import Service

/// What a machine lacks to hear with Vosk, and how to mend it.
package enum VoskMissing: String, Harmless {
    case library =
        "Vosk's library is not found: deploy/local/models vosk fetches it, LEDGERLINE_VOSK_LIBRARY says where it is"
    case model = "LEDGERLINE_VOSK_MODEL names no folder of a model: am/final.mdl is not in it"

    package var description: String { rawValue }
}
