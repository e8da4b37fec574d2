import Crypto
import Domain
import HTTP
import Store
import Wire

/// Calls, and everything that is known of one.
enum CallRoutes {
    static let all: [APIRoute] =
        [
            list, CallRequestRoute.request, get, CallChangeRoute.change, CallErasureRoute.erase, events, transcript,
            turns,
            state,
        ] + CallControlRoutes.all

    /// How long a read waits for what its sender has written.
    static let patience = Duration.seconds(2)

    private static let list = APIRoute.get(
        "/calls", needs: .callsRead,
        RouteWords(
            "list_calls", "Calls, the newest first", tag: "Calls", query: [.list(CallList.fields)],
            answers: .page("A page of them", CallShapes.call))
    ) { visit in
        let place = try visit.place().map { (Instant(microseconds: $0.order), CallID($0.id)) }
        let (calls, total) = try await CallList(visit.database).page(
            visit.wish.filters, after: place, limit: visit.wish.limit + 1, countingAll: visit.wish.countsAll)
        return try visit.page(calls, CallShapes.view, total: total) {
            .init(order: try $0.startedAt.microseconds, id: try $0.id.uuid)
        }
    }

    private static let get = APIRoute.get(
        "/calls/{id}", needs: .callsRead,
        RouteWords(
            "get_call", "One call", tag: "Calls", query: [.minVersion],
            answers: .one(.ok, "The call", CallShapes.call),
            .init(.conflict, "not_yet_projected", .named("Problem"), contentType: .problem))
    ) { (visit: Visit, call: CallID) in
        let view = try await found(call, visit)
        return visit.tagged(.one(view, CallShapes.view), version: try view.version)
    }

    /// The call, with what its sender may have written just now.
    private static func found(_ call: CallID, _ visit: Visit) async throws -> CallView {
        let (reader, organization) = (CallReader(visit.database), visit.identity.organization)
        if let version = visit.wish.number("min_version"), try await isThere(call, visit) {
            _ = try await reader.get(call, of: organization, minVersion: Int32(version), patience: patience)
        }
        guard let view = try await reader.view(call, of: organization) else { throw Problem.notFound }
        return view
    }

    /// In the log; what is not there need not be waited for.
    private static func isThere(_ call: CallID, _ visit: Visit) async throws -> Bool {
        try await StreamDesk(visit.database).isThere(call.uuid, kind: .call)
    }

    private static let events = APIRoute.get(
        "/calls/{id}/events", needs: .callsRead,
        RouteWords(
            "list_call_events", "What happened in a call, as the log has it", tag: "Calls",
            description: "Ask for more with `after`, the version of the last one.",
            query: [
                .number("after", 0...Int(Int32.max) - 1, "Events behind this version only."),
                .number("limit", 1...1_000, "How many at most; 200 if not said."),
            ], answers: .all("Its events, in order", CallShapes.event))
    ) { (visit: Visit, call: CallID) in
        guard try await isThere(call, visit) else { throw Problem.notFound }
        let events = try await StreamDesk(visit.database).events(
            of: call.uuid, after: Int32(visit.wish.number("after") ?? 0), limit: visit.wish.number("limit") ?? 200)
        return .all(events, CallShapes.event)
    }

    private static let transcript = APIRoute.get(
        "/calls/{id}/transcript", needs: .callsRead,
        RouteWords(
            "get_transcript", "Who said what, as it was heard", tag: "Calls", query: [.minVersion],
            answers: .all("Its segments, in order", CallShapes.segment),
            .init(.conflict, "not_yet_projected", .named("Problem"), contentType: .problem))
    ) { (visit: Visit, call: CallID) in
        _ = try await found(call, visit)
        return .all(
            try await CallReader(visit.database).transcript(of: call, of: visit.identity.organization),
            CallShapes.segment)
    }

    private static let turns = APIRoute.get(
        "/calls/{id}/turns", needs: .callsRead,
        RouteWords(
            "list_turns", "The turns of a call, and how long each stage took", tag: "Calls", query: [.minVersion],
            answers: .all("Its turns, in order", CallShapes.turn),
            .init(.conflict, "not_yet_projected", .named("Problem"), contentType: .problem))
    ) { (visit: Visit, call: CallID) in
        _ = try await found(call, visit)
        return .all(
            try await CallReader(visit.database).turns(of: call, of: visit.identity.organization), CallShapes.turn)
    }

    private static let state = APIRoute.get(
        "/calls/{id}/state", needs: .callsRead,
        RouteWords(
            "get_call_state", "A call as it was at a version", tag: "Calls",
            description: "Folded from the log itself, so it waits for no read model.",
            query: [
                .number("at_version", 1...Int(Int32.max), "With the call's first events only; all of them if not said.")
            ],
            answers: .one(.ok, "The call as it was", CallShapes.state))
    ) { (visit: Visit, call: CallID) in
        let version = Int32(visit.wish.number("at_version") ?? Int(Int32.max))
        guard let state = try await StreamDesk(visit.database).state(of: call, at: version) else {
            throw Problem.notFound
        }
        return visit.tagged(.one(CallShapes.Past(id: call, state: state), CallShapes.state), version: state.version)
    }
}
