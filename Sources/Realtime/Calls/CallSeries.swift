import Domain
import Service

/// What is counted of live calls. From any thread.
final class CallSeries: Sendable {
    private let stages: MetricFamily<Histogram>
    private let stops: Histogram
    private let clears: Histogram
    private let interruptions: Counter
    private let dismissals: Counter
    private let failures: MetricFamily<Counter>
    private let fallbacks: MetricFamily<Counter>
    private let ends: MetricFamily<Counter>
    private let refusals: MetricFamily<Counter>
    private let admissions: Counter
    private let contexts: MetricFamily<Counter>
    private let contextTimes: Histogram
    private let disorder: MetricFamily<Counter>
    let live: Gauge

    init(_ metrics: Metrics) {
        stages = metrics.histograms(
            "call_turn_stage_seconds", "What callers wait for, stage by stage.", labels: ["stage"])
        stops = metrics.histogram("call_barge_in_stop_seconds", "From the caller's first sound to our silence.")
        clears = metrics.histogram(
            "call_clear_seconds",
            "From the turn that reads what silences us to the order written.",
            bounds: Self.clearBounds)
        interruptions = metrics.counter("call_interruptions_total", "Callers broke in.")
        dismissals = metrics.counter("call_interruptions_dismissed_total", "It sounded so, and was not.")
        failures = metrics.counters(
            "call_provider_failures_total", "Streams that failed.", labels: ["kind", "provider"])
        fallbacks = metrics.counters("call_provider_fallbacks_total", "Others went on.", labels: ["kind"])
        ends = metrics.counters("calls_ended_total", "Calls that were over.", labels: ["reason"])
        refusals = metrics.counters("calls_refused_total", "Media streams not taken.", labels: ["reason"])
        admissions = metrics.counter("calls_admitted_total", "Media streams taken.")
        contexts = metrics.counters(
            "call_contexts_total", "What is known of the other side: asked for, and what came of it.",
            labels: ["outcome"])
        contextTimes = metrics.histogram("call_context_seconds", "How long calls waited for what is known.")
        disorder = metrics.counters(
            "call_frames_out_of_order_total",
            "Frames of callers' sound that were lost, came too late, or behind a later one.", labels: ["what"])
        live = metrics.gauge("calls_live", "Calls carried now.")
    }

    /// Fine where it is decided whether the objective of 5 ms is met.
    private static let clearBounds: [Duration] =
        [50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 7_500, 10_000, 20_000, 50_000, 100_000]
        .map { .microseconds($0) }

    func cleared(after time: Duration) { clears.record(time) }
    func admitted() { admissions.add() }
    func refused(_ reason: CallRefusedBecause) { refusals.with(reason.rawValue).add() }

    func frames(from before: FrameOrder.Tally, to tally: FrameOrder.Tally) {
        disorder.with("lost").add(UInt64(tally.lost - before.lost))
        disorder.with("late").add(UInt64(tally.late - before.late))
        disorder.with("reordered").add(UInt64(tally.reordered - before.reordered))
    }

    func saw(_ event: CallEvent) {
        switch event {
        case .contextLoaded(let event) where event.source == nil:
            contexts.with((event.outcome ?? .loaded).rawValue).add()
            if let took = event.took { contextTimes.record(took.duration) }
        case .turnEnded(let event): stage("endpointing", event.endpointing)
        case .replyFirstToken(let event): stage("first_token", event.took)
        case .agentStartedSpeaking(let event):
            stage("first_sentence", event.firstSentence)
            stage("voice_first_byte", event.voiceFirstByte)
            stage("first_audio_sent", event.firstAudioSent)
            stage("perceived", event.perceived)
        case .agentInterrupted(let event):
            interruptions.add()
            if let took = event.stoppedAfter { stops.record(took.duration) }
        case .interruptionDismissed: dismissals.add()
        case .providerFailed(let event): failures.with(event.kind.rawValue, event.provider).add()
        case .providerFellBack(let event): fallbacks.with(event.kind.rawValue).add()
        case .callEnded(let event): ends.with(event.reason.rawValue).add()
        default: break
        }
    }

    private func stage(_ name: String, _ took: Milliseconds?) {
        if let took { stages.with(name).record(took.duration) }
    }
}

/// Why a media stream was not taken.
enum CallRefusedBecause: String, Hashable, Sendable, CaseIterable {
    case full
    case draining
    case noProviders = "no_providers"
    case unknownToken = "unknown_token"
}
