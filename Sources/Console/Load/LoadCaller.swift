import Crypto
import Domain
import Loop
import Simulators
import Store

/// One call of a load, and what is seen at the caller's end of its line. On its loop alone.
final class LoadCaller {
    let call: CallID
    let line: SimulatedCall
    private let began = Moment.now
    private(set) var watch = LineWatch()
    private(set) var framesLate: [Double] = []
    private(set) var stops: [Double] = []

    private init(_ call: CallID, _ line: SimulatedCall) {
        (self.call, self.line) = (call, line)
        line.watch = { [weak self] news in self?.saw(news) }
    }

    /// Somebody calls, and is answered with a stream.
    static func call(
        _ house: LoadHouse, _ agent: AgentConfiguration, _ organization: LoadOrganization,
        _ steps: [CallerScript.Step]
    ) async throws -> LoadCaller {
        let line = house.carrier.call(from: "+15550100701", to: "+15550100201", CallerScript(steps))
        let caller = LoadCaller(CallID(UUID.v7()), line)
        let ticket = CallTicket(
            call: caller.call, organization: organization.id, direction: .inbound, leg: line.leg.control, agent: agent)
        house.carrier.answer(line, streamingTo: house.realtime.mediaURL + (try await house.tickets.issue(ticket)))
        return caller
    }

    /// Whether it is known if the stream was taken.
    var isSettled: Bool { line.isStreaming || line.refusedWith != nil || !line.isAlive }

    private func saw(_ news: SimulatedCall.LineNews) {
        switch news {
        case .frame(let late): framesLate.append(max(0, late.inSeconds * 1_000))
        case .given(let length): watch.given(Double(length.count), at: (Moment.now - began).inSeconds * 1_000)
        case .cleared(let after):
            watch.cleared()
            stops.append(after.inSeconds * 1_000)
        }
    }

    /// What was seen until now, and is then forgotten.
    func collect(into seen: inout LineFigures) {
        let heard = watch.collect()
        seen.jitter += heard.jitter
        seen.pieces += heard.pieces
        seen.late += heard.late
        seen.stops += stops
        seen.framesLate += framesLate
        (stops, framesLate) = ([], [])
    }
}

/// What was seen at the callers' ends of their lines.
struct LineFigures {
    var jitter: [Double] = []
    var pieces = 0
    var late = 0
    var stops: [Double] = []
    var framesLate: [Double] = []
}

/// Calls of a load are nobody's but their own. A box, since some compilers pass such ids wrongly to functions that suspend.
final class LoadOrganization: Sendable {
    let id = OrganizationID(UUID.v7())
}
