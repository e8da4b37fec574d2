import Loop
import Providers
import Service

/// What this process has of engines of our own, looked for once, before it takes calls.
struct LocalEngines: Sendable {
    /// How voice activity is judged.
    enum Listening: Sendable {
        case silero(SileroNetwork)
        /// So the settings say.
        case loudness
        /// The network is wanted, and can't be had.
        case degraded(SileroFault)
    }

    let listening: Listening
    /// Whether our own voice shall speak, and who does; nil where its library is missing.
    let wantsFlite: Bool
    let flite: FliteDesk?
    /// A voice more, for other languages, where the program is installed.
    let espeak: EspeakDesk?

    /// Reads files and opens libraries, so on a thread that may wait.
    static func find(_ settings: HouseSettings) async throws -> LocalEngines {
        try await Lane(name: "engines").run { try LocalEngines(settings) }
    }

    init(_ settings: HouseSettings) throws(SystemError) {
        let local = settings.local
        switch local.voiceActivity {
        case .loudness: listening = .loudness
        case .silero:
            do throws(SileroFault) { listening = .silero(try .load(folder: local.models)) } catch {
                listening = .degraded(error)
            }
        }
        wantsFlite = local.engines == .on || local.engines == .auto && settings.providers.cartesia == nil
        flite = wantsFlite ? try FliteDesk(local.voice) : nil
        espeak = wantsFlite && local.espeak != LocalSettings.noEspeak ? try EspeakDesk(local.espeak) : nil
    }

    /// For the calls of one loop: each call gets a detector of its own.
    func detectors() -> () -> any VoiceDetector {
        guard case .silero(let network) = listening else { return { EnergyDetector() } }
        let listener = SileroListener(network)
        return { SileroDetector(listener) }
    }

    /// Says it where operators look: in readiness, in the log and in the metrics.
    func tell(_ health: HealthBoard, _ metrics: Metrics, _ log: Log) {
        health.expect("voice_activity", .useful)
        let inUse = metrics.gauges("engines_in_use", "Engines of our own, 1 where calls use it.", labels: ["engine"])
        let isSilero = if case .silero = listening { true } else { false }
        inUse.with("silero").set(isSilero ? 1 : 0)
        inUse.with("loudness").set(isSilero ? 0 : 1)
        inUse.with("flite").set(flite == nil ? 0 : 1)
        inUse.with("espeak").set(espeak == nil ? 0 : 1)
        if wantsFlite {
            health.expect("flite", .useful)
            health.report("flite", flite == nil ? .degraded(Reason(Missing.flite)) : .up)
            if flite == nil { log.error("local_voice_missing", .harmless("why", Missing.flite)) }
        }
        switch listening {
        case .silero: health.report("voice_activity", .up)
        case .loudness:
            health.report("voice_activity", .up)
            log.warn("voice_activity_by_loudness", .harmless("why", WhyLoudness.asked))
        case .degraded(let fault):
            health.report("voice_activity", .degraded(Reason(fault)))
            log.error("voice_activity_by_loudness", .harmless("why", fault))
        }
    }

    private enum Missing: String, Harmless {
        case flite = "our own voice is not installed: apt-get install libflite1"

        var description: String { rawValue }
    }

    private enum WhyLoudness: String, Harmless {
        case asked = "LEDGERLINE_VOICE_ACTIVITY says so: noise is speech to it"

        var description: String { rawValue }
    }
}
