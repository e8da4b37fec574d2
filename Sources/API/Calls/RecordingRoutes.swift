import Domain
import HTTP
import Process
import Store
import Wire

/// What was recorded of a call, and the sound itself.
enum RecordingRoutes {
    static let all: [APIRoute] = [get]
    static let components = [recording.component]

    struct Linked: Sendable {
        let row: RecordingRow
        let url: String
        let urlExpiresAt: Timestamp
    }

    static let recording = JSONShape<Linked>(
        "Recording",
        [
            .id("id") { $0.row.id },
            .text("url", "https://api.example.org/recordings/…") { $0.url },
            .time("url_expires_at") { $0.urlExpiresAt },
            .text("content_type", WaveHeader.type) { _ in WaveHeader.type },
            .number("channels", 2) { _ in Int64(WaveHeader.channels) },
            .number("byte_count", 976_058) { $0.row.byteCount },
            .number("duration_ms", 61_000) { $0.row.duration.count },
            .time("stored_at") { $0.row.storedAt },
            .time("kept_until") { $0.row.expiresAt },
        ])

    private static let get = APIRoute.get(
        "/calls/{id}/recording", needs: .callsRead,
        RouteWords(
            "get_call_recording", "What was recorded of a call", tag: "Calls",
            description:
                "Usually one; a call whose sound was lost and came back has one for each part, in order. The caller is on the left, the agent on the right, as far as the caller heard it. `url` is good without a token for 15 minutes, and takes `Range`.",
            answers: .all("Its parts", recording),
            .conflict("recording_not_ready: the call goes on, or its recording is being stored"),
            .init(
                .gone, "recording_gone: its time is over, or the customer was erased; recording_failed: there is none",
                .named("Problem"), contentType: .problem))
    ) { (visit: Visit, call: CallID) in
        guard try await StreamDesk(visit.database).isThere(call.uuid, kind: .call) else { throw Problem.notFound }
        switch try await RecordingReader(visit.database).standing(of: call) {
        case .stored(let rows):
            return .all(
                try rows.map { row in
                    let link = try visit.recordings.link(to: row, at: .now)
                    return Linked(row: row, url: link.url, urlExpiresAt: link.expiresAt)
                }, recording)
        case .notReady:
            throw Problems.conflict("recording_not_ready", "ask again when the call is over", retryAfter: 5)
        case .gone: throw gone
        case .failed: throw Problem(.gone, "recording_failed", detail: "the call's events say why")
        case .none:
            throw Problem(.notFound, "not_recorded", detail: "the call's agent did not record when it was answered")
        }
    }

    private static let gone = Problem(.gone, "recording_gone", detail: "it is not kept any longer")

    /// Where links lead. Who has one needs no token.
    static func sound(_ reception: Reception) -> Route {
        var words = RouteDocumentation(
            "The sound of a recording", description: "Follow `url` of a call's recording.", tags: ["Calls"],
            query: [
                .init("expires", .integer, "As it stands in the link."),
                .init("signature", .someText, "As it stands in the link."),
            ],
            answers: [
                .init(.ok, "The sound", .anything, contentType: ContentType("audio/wav")),
                .init(.partialContent, "The part that was asked for", .anything, contentType: ContentType("audio/wav")),
                .init(.notModified, "It is the same"),
                .init(.rangeNotSatisfiable, "It has no such part", .named("Problem"), contentType: .problem),
                .init(.badRequest, "The path can't be read", .named("Problem"), contentType: .problem),
                .init(
                    .serviceUnavailable, "Come again in a moment; sealing_key_not_set, store_not_set",
                    .named("Problem"), contentType: .problem),
                .init(.notFound, "No link of ours", .named("Problem"), contentType: .problem),
                .init(.gone, "link_expired, recording_gone", .named("Problem"), contentType: .problem),
            ])
        words.name = "get_recording_sound"
        words.access = .everybody
        return Route(.get, PathPattern(RecordingLinks.path), words) {
            (request: Request, organization: OrganizationID, name: String) in
            guard name.hasSuffix(RecordingLinks.suffix),
                let recording = RecordingID(path: String(name.dropLast(RecordingLinks.suffix.count)))
            else { throw Problem.notFound }
            let key = try reception.recordings.key(in: request, organization, recording, at: .now)
            let reader = RecordingReader(try await reception.database(of: organization))
            guard let row = try await reader.find(recording), row.soundKey == key else { throw gone }
            guard row.keyID != nil else { return try await reception.recordings.response(to: request, row) }
            guard reception.sealing != nil else {
                throw Problem(
                    .serviceUnavailable, "sealing_key_not_set", detail: "this server has no key that opens recordings")
            }
            guard let seal = try await reader.seal(of: row) else { throw gone }
            return try await reception.recordings.response(
                to: request, row, sealedWith: seal, through: reception.station.bench.http)
        }
    }
}
