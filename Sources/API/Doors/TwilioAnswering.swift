import Crypto
import Domain
import Jobs
import Postgres
import Process
import Providers
import Store
import Wire

/// Lets the agent of the number answer a call that Twilio asks about: at once, since it waits. Each question has a ticket of its own, as
/// an answer may be lost on its way.
struct TwilioAnswering: Sendable {
    let finder: LogHandle
    /// Where webhooks reach us, and where media streams do; without a slash at its end.
    let publicURL: String
    let mediaURL: String
    let sealing: Sealing?

    func markup(
        _ call: CallID, _ leg: String, _ organization: OrganizationID, at bench: Workbench
    ) async -> String {
        do {
            let log = try await finder.log(through: bench.postgres)
            let state = try await CallHistory(log, sealing).state(
                of: call, of: organization, through: .pool(bench.postgres))
            guard let state, state.end == nil else { return TwilioMarkup.hangup }
            let agents = CallAgents(log, through: bench.postgres)
            if case .agent(let agent) = try await agents.find(for: state, of: organization) {
                let ticket = CallTicket(
                    call: call, organization: organization, direction: .inbound, leg: leg, agent: agent,
                    key: try await sealing?.callKey(call, organization, through: bench.postgres).wrapped)
                let token = try await RedisCallTickets(bench.redis).issue(ticket)
                let stream = CarrierCommand.MediaStream(of: .twilio, at: mediaURL, token: token)
                return TwilioMarkup.answer(stream, .call(call, .inbound), at: publicURL)
            }
        } catch {
            // Said below: whoever does errands tries again while it rings.
        }
        await leave(.answer(call, leg: leg), organization, at: bench)
        return TwilioMarkup.patience
    }

    /// Who can't be answered at once, or not at all, is somebody's errand: it tries again, or says why not and hangs up.
    private func leave(_ errand: CallErrand, _ organization: OrganizationID, at bench: Workbench) async {
        do {
            try await bench.postgres.withTransaction { session in
                _ = try await JobBoard.enqueue([NewJob(errand, of: organization.uuid)], in: session)
            }
            await ErrandBell(bench.redis).ring()
        } catch {
            // Then Twilio hangs up when its patience is over, and tells of the end.
            return
        }
    }
}
