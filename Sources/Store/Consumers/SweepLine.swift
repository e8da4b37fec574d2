/// Where lanes wait to be applied together: whoever comes while a transaction may begin leads one, and takes along
/// everybody who is there when it does. Nobody lingers. Used on one loop's thread alone, which is why `@unchecked` holds.
final class SweepLine: @unchecked Sendable {
    typealias Result = Swift.Result<LaneSweep.Outcome, any Error>

    private enum Turn {
        case lead
        case done(Result)
    }

    private var waiting: [(part: LaneSweep.Part, continuation: CheckedContinuation<Turn, Never>)] = []
    private var free: Int

    /// `atOnce` transactions.
    init(atOnce: Int) { free = max(1, atOnce) }

    /// Applies a lane's part with whoever else waits; `sweep` is the transaction. Nobody waits longer than for those before him,
    /// each of which has its deadline.
    func join(_ part: LaneSweep.Part, _ sweep: ([LaneSweep.Part]) async throws -> [Int16: LaneSweep.Outcome]) async
        -> Result
    {
        let turn = await withCheckedContinuation { continuation in
            waiting.append((part, continuation))
            callNext()
        }
        if case .done(let result) = turn { return result }
        let company = waiting
        waiting = []
        let result: Swift.Result<[Int16: LaneSweep.Outcome], any Error>
        do { result = .success(try await sweep([part] + company.map(\.part))) } catch { result = .failure(error) }
        for (member, continuation) in company {
            continuation.resume(returning: .done(result.map { $0[member.lane] ?? .lost }))
        }
        free += 1
        callNext()
        return result.map { $0[part.lane] ?? .lost }
    }

    /// The first in line leads. Its task goes on after this turn's others, which may still join it.
    private func callNext() {
        guard free > 0, !waiting.isEmpty else { return }
        free -= 1
        waiting.removeFirst().continuation.resume(returning: .lead)
    }
}
