import HTTP
import Loop
import Service

/// How many calls this process carries, and whether it takes another. Shared by its loops.
final class CallFloor: Sendable {
    private struct State {
        var live = 0
        var isDraining = false
    }

    /// A call's place; it is free again when nobody holds it.
    final class Place: Sendable {
        private let floor: CallFloor

        fileprivate init(_ floor: CallFloor) { self.floor = floor }

        deinit { floor.left() }
    }

    static let fullCode = "calls_full"

    let callsMax: Int
    let series: CallSeries
    private let state = Shared(State())

    init(callsMax: Int, _ series: CallSeries) { (self.callsMax, self.series) = (callsMax, series) }

    var live: Int { state.with { $0.live } }

    func enter() throws(Problem) -> Place {
        let refusal: CallRefusedBecause? = state.with { state in
            if state.isDraining { return .draining }
            if state.live >= callsMax { return .full }
            state.live += 1
            return nil
        }
        if let refusal { throw refuse(refusal) }
        series.live.add(1)
        return Place(self)
    }

    func refuse(_ reason: CallRefusedBecause) -> Problem {
        series.refused(reason)
        switch reason {
        case .full: return later(Self.fullCode, "this process carries all the calls it may; open the stream at another")
        case .draining: return later("draining", "this process is about to end; open the stream at another")
        case .noProviders: return later("no_providers", "this process has nobody to hear, think or speak")
        case .unknownToken: return .notFound
        }
    }

    private func later(_ code: String, _ detail: String) -> Problem {
        var problem = Problem(.serviceUnavailable, code, detail: detail)
        problem.headers.set(.retryAfter, "1")
        return problem
    }

    /// No more calls; those that are there go on.
    func drain() { state.with { $0.isDraining = true } }

    private func left() {
        state.with { $0.live -= 1 }
        series.live.add(-1)
    }
}
