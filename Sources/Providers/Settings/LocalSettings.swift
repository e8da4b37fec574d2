package import Service

/// Engines of our own, which need no account: they run in the process, as far as the machine has what they need.
package struct LocalSettings: Sendable {
    package enum Use: String, CaseIterable, Sendable {
        /// Where no vendor's key is set for the same work.
        case auto
        /// Also where a vendor does it: behind the vendor, for when that fails.
        case on
        case off
    }

    package enum VoiceActivity: String, CaseIterable, Sendable {
        case silero
        /// Noise is speech to it.
        case loudness
    }

    package enum Voice: String, CaseIterable, Sendable { case rms, slt, kal }

    package let engines: Use
    /// The folder with the files that they learn from.
    package let models: String?
    package let voiceActivity: VoiceActivity
    package let voice: Voice
    /// Nil where nobody has named a model.
    package let vosk: VoskSettings?
    /// Its program, or `noEspeak`.
    package let espeak: String
    package static let noEspeak = "off"

    package init(_ reader: inout SettingsReader) {
        engines = reader.read(
            "LEDGERLINE_LOCAL_ENGINES", as: .choice(of: Use.self), else: .always("auto"),
            "Whether engines of our own hear, think and speak: auto is where no vendor's key is set.")
        models = reader.find(
            "LEDGERLINE_MODELS", as: .text("a folder", example: "/var/lib/ledgerline/models"),
            "The folder of the models that deploy/local/models fetches.")
        voiceActivity = reader.read(
            "LEDGERLINE_VOICE_ACTIVITY", as: .choice(of: VoiceActivity.self), else: .always("silero"),
            "What tells speech from other sound; loudness takes any noise for speech.")
        voice = reader.read(
            "LEDGERLINE_FLITE_VOICE", as: .choice(of: Voice.self), else: .always("rms"),
            "Our own voice, for agents that name none of the three; kal costs a tenth and sounds like a robot.")
        let library = reader.read(
            "LEDGERLINE_VOSK_LIBRARY", as: .text("a library", example: "/var/lib/ledgerline/models/libvosk.so"),
            else: .always("libvosk.so"), "Vosk's library, by its path or by a name to search for.")
        vosk = reader.find(
            "LEDGERLINE_VOSK_MODEL", as: .text("a folder", example: "/var/lib/ledgerline/vosk-model-small-en-us"),
            "The folder of a model for Vosk, which then hears before our other recognizer does."
        ).map { VoskSettings(library: library, model: $0) }
        espeak = reader.read(
            "LEDGERLINE_ESPEAK", as: .text("a program, or off", example: "/usr/bin/espeak-ng"),
            else: .always("espeak-ng"),
            "A voice more, for languages that ours does not speak, where this program is installed.")
    }
}
