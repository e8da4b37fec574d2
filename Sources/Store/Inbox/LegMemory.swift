import Service

/// Which calls the legs belong to that were asked for lately: a call's webhooks come one after the other, and a leg stays its call's.
///
/// What is remembered is a guess, which `take_webhook` holds against what is so when it takes one, and answers `moved`.
package final class LegMemory: Sendable {
    /// Legs of one generation; there are two, and the older one goes when the younger one is full.
    package static let generationMax = 8_192

    private struct Generations {
        var young: [Leg: LegFindings.Call] = [:]
        var old: [Leg: LegFindings.Call] = [:]
    }

    private struct Leg: Hashable {
        let carrier: String
        let control: String
    }

    private let generations = Shared(Generations())

    package init() {}

    package func call(of control: String, at carrier: String) -> LegFindings.Call? {
        let leg = Leg(carrier: carrier, control: control)
        return generations.with { $0.young[leg] ?? $0.old[leg] }
    }

    package func remember(_ call: LegFindings.Call, of control: String, at carrier: String) {
        let leg = Leg(carrier: carrier, control: control)
        generations.with { generations in
            if generations.young.count >= Self.generationMax {
                generations.old = generations.young
                generations.young = [:]
            }
            generations.young[leg] = call
        }
    }

    package func forget(_ control: String, at carrier: String) {
        let leg = Leg(carrier: carrier, control: control)
        generations.with {
            $0.young[leg] = nil
            $0.old[leg] = nil
        }
    }
}
