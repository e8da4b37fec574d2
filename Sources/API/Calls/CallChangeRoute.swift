import Domain
import HTTP
import Store
import Wire

/// What is kept with a call may be changed, also after its end.
enum CallChangeRoute {
    private struct Changes: BodyInput {
        static let example = JSONValue.object([
            ("metadata", .object([("order", .string("4712")), ("ticket", .null)]))
        ])

        /// Nil: whatever there is goes.
        let metadata: [String: Freeform]?

        init(_ body: inout BodyReader) {
            let document = body.documentOrNil("metadata", bytesMax: CallChangeDesk.metadataBytesMax)?.asObject
            if body.clears("metadata") {
                metadata = nil
                return
            }
            var members: [String: Freeform] = [:]
            for member in document?.members ?? [] {
                if member.name.utf8.contains(0) { body.fault("metadata", "has a name with a NUL in it") }
                members[member.name] = Freeform(member.value)
            }
            metadata = members
        }
    }

    static let change = APIRoute.patch(
        "/calls/{id}", needs: .callsWrite,
        RouteWords(
            "change_call", "Changes what is kept with a call", tag: "Calls",
            description: "Members of `metadata` that are not named stay; null takes one away, or all of them.",
            answers: .one(.ok, "The call", CallShapes.call),
            .conflict(
                "call_busy: so much is told of the call just now that it could not be changed; or call_is_erased"),
            .notAsMatched),
        taking: Changes.self
    ) { (visit: Visit, input: Changes, call: CallID) in
        do {
            let row = try await CallChangeDesk(visit.database, visit.meta).change(call, input.metadata) {
                try visit.requireMatch(version: $0)
            }
            guard let row else { throw Problem.notFound }
            return Answer.one(row, CallShapes.call).tagged(version: row.state.version)
        } catch let refusal as CallChangeDesk.Refusal {
            switch refusal {
            case .isErased: throw Problems.conflict("call_is_erased", "nothing is kept with this call any more")
            case .isBusy: throw Problems.conflict("call_busy", "ask again in a moment", retryAfter: 1)
            case .isTooLarge:
                throw Problems.invalidBody([
                    .init(
                        pointer: "/metadata",
                        message: "is more than \(CallChangeDesk.metadataBytesMax) bytes with what was there")
                ])
            }
        }
    }
}
