import Domain
import Process
import Providers
import Service

/// Who looks at calls in this process: our rules, or the model of the settings with our rules behind it. What a model does not do is in
/// the log, in the metrics and in the readiness, since nobody would notice it by the looks.
struct AnalystDesk: Sendable {
    static let check = "analyst"

    private let settings: WorkersSettings
    private let log: Log
    private let health: HealthBoard
    private let looks: MetricFamily<Counter>

    init(_ settings: WorkersSettings, _ station: Station) {
        (self.settings, log, health) = (settings, station.log, station.health)
        looks = station.metrics.counters(
            "call_looks_total", "Calls that were over and looked at, by whom.", labels: ["by"])
        if settings.analyst != .rules {
            health.expect(Self.check, .useful)
            health.report(Self.check, .up)
        }
    }

    func analyst(at bench: Workbench) -> any CallAnalyst {
        guard settings.analyst != .rules else { return RuleAnalyst() }
        guard let chat = settings.house.providers.chat(settings.analyst) else {
            log.error("analyst_missing", .kind("analyst", settings.analyst))
            health.report(
                Self.check, .degraded("the analyst of LEDGERLINE_ANALYST has no key or address: set it, or use rules"))
            return RuleAnalyst()
        }
        let observe: (FallbackAnalyst.Happening) -> Void = { [looks, log, health] happening in
            switch happening {
            case .looked:
                looks.with("model").add()
                health.report(Self.check, .up)
            case .failed(let error):
                looks.with("rules").add()
                log.warn("analyst_fell_back", .error(error))
                health.report(Self.check, .degraded("the model does not look at calls: our rules do meanwhile"))
            case .leftAlone: looks.with("rules").add()
            }
        }
        return FallbackAnalyst(ChatAnalyst(chat, bench.http), observe: observe)
    }
}
