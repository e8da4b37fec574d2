import Crypto
import Domain
import Postgres
import Wire

extension CallRow {
    /// From a row of `CallColumns.calls`: the call without its turns, segments and tool uses.
    init(_ row: PostgresRow) throws {
        var reader = RowReader(row)
        let (call, organization) = (try reader.next(UUID.self), try reader.next(UUID.self))
        var state = CallState(startedAt: Instant(try reader.next(Timestamp.self)))
        state.requestedAt = try reader.instant()
        state.dialedAt = try reader.instant()
        state.ringingAt = try reader.instant()
        let (answeredAt, endedAt) = (try reader.instant(), try reader.instant())
        _ = try reader.span()  // the duration, which follows
        let (agent, agentVersion) = (try reader.id(AgentID?.self), try reader.number())
        let (customer, campaign) = (try reader.id(CustomerID?.self), try reader.id(CampaignID?.self))
        let sipCode = try reader.number()
        state.turnCount = Int(try reader.next(Int64.self))
        state.toolUseCount = Int(try reader.next(Int64.self))
        state.interruptionCount = Int(try reader.next(Int64.self))
        state.errorCount = Int(try reader.next(Int64.self))
        state.fallbackCount = Int(try reader.next(Int64.self))
        let sentiment = try reader.score()
        let (transcription, model) = (try reader.next(Int64?.self), try reader.next(Int64?.self))
        let (voice, telephony) = (try reader.next(Int64?.self), try reader.next(Int64?.self))
        let analysis = try reader.next(Int64?.self)
        state.version = try reader.next(Int32.self)
        let (billable, success) = (try reader.next(Bool?.self), try reader.next(Bool?.self))
        _ = try reader.next(String.self)  // the status, which follows
        let direction = try reader.word(Direction.self)
        let (from, to) = (try reader.personal(), try reader.personal())
        let (carrier, control) = (try reader.next(String?.self), try reader.next(String?.self))
        let (session, leg) = (try reader.next(String?.self), try reader.next(String?.self))
        let answeredBy = try reader.word(AnsweredBy.self)
        let (reason, owner) = (try reader.word(EndedReason.self), try reader.word(FaultOwner.self))
        let (cause, source) = (try reader.next(String?.self), try reader.next(String?.self))
        let (currency, intent) = (try reader.next(String?.self), try reader.next(String?.self))
        let summary = try reader.personal()
        let metadata = try reader.next(JSON?.self).map { Private(try Freeform($0)) }
        let folding = try CallFolding(try reader.next(JSON.self))
        state.tally = CallTally(numbers: try reader.next([Int64].self))

        state.transfers = folding.transfers
        state.erasedAt = folding.erasedAt
        if let rank = folding.changed, let metadata { state.changedMetadata = Ranked(metadata, rank) }
        if let rank = folding.origin, let direction, let to {
            state.origin = Ranked(
                CallOrigin(
                    direction: direction, from: from, to: to, agent: agent, agentVersion: agentVersion,
                    customer: customer, campaign: campaign, metadata: folding.changed == nil ? metadata : nil), rank)
        }
        if let rank = folding.leg, let carrier, let control {
            state.leg = Ranked(CarrierLeg(carrier: carrier, control: control, session: session, leg: leg), rank)
        }
        if let answeredAt, let event = folding.answer {
            state.answer = Ranked(answeredBy, Rank(at: answeredAt, event: event))
        }
        if let endedAt, let event = folding.end, let reason, let owner, let billable {
            state.end = Ranked(
                CallEnded(
                    reason: reason, faultOwner: owner, hangupCause: cause, hangupSource: source, sipCode: sipCode,
                    duration: folding.duration, isBillable: billable), Rank(at: endedAt, event: event))
        }
        if let rank = folding.findings, let summary {
            state.findings = Ranked(
                CallFindings(summary: summary, success: success, sentiment: sentiment, intent: intent), rank)
        }
        state.charges = folding.charges
        if let rank = folding.costs, let currency {
            state.costs = Ranked(
                CallSettled(
                    transcription: transcription, model: model, voice: voice,
                    telephony: folding.charges.isEmpty ? telephony : folding.telephony,
                    analysis: analysis, currency: currency), rank)
        }
        self.init(id: call, organization: organization, state: state)
    }
}
