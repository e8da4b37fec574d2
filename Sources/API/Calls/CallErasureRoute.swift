import Domain
import HTTP
import Store

/// What a call holds of people can be taken away, for good.
enum CallErasureRoute {
    static let erase = APIRoute.delete(
        "/calls/{id}", needs: .callsWrite,
        RouteWords(
            "erase_call", "Erases what a call holds of people", tag: "Calls",
            description: """
                Words, numbers, metadata, summaries and what was remembered from it go, and the key to them in the log; that there was \
                the call, how long and at what cost stays, and so does every event's place. Lists and searches follow within seconds.
                """,
            answers: .nothing("It is erased"), .conflict("call_is_live: hang up first"), .notAsMatched)
    ) { (visit: Visit, call: CallID) in
        do {
            let desk = CallErasureDesk(visit.database, visit.sealing, visit.meta)
            guard try await desk.erase(call, { try visit.requireMatch(version: $0) }) else { throw Problem.notFound }
            return .nothing
        } catch let refusal as CallErasureDesk.Refusal {
            switch refusal {
            case .isLive: throw Problems.conflict("call_is_live", "hang up, and ask again when it has ended")
            }
        }
    }
}
