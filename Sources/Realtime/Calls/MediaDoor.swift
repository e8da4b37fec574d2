import HTTP
import Loop
import Providers
import Service
import Store

/// Where carriers and browsers open their media streams. Whoever has no good token learns nothing, not even whether there was one.
struct MediaDoor: Sendable {
    /// A frame is a few hundred bytes, of a browser a few thousand.
    private static let messageBytesMax = 64 << 10

    let floor: CallFloor
    let benches: [CallBench]

    var routes: [Route] {
        [
            Route(.get, "/media/telnyx/{token}") { (request: Request, token: String) in
                try await open(request, token, .carrier(.telnyx))
            },
            Route(.get, "/media/twilio/{token}") { (request: Request, token: String) in
                try await open(request, token, .carrier(.twilio))
            },
            Route(.get, "/media/web/{token}") { (request: Request, token: String) in
                try await open(request, token, .browser)
            },
        ]
    }

    private func open(_ request: Request, _ token: String, _ peer: MediaPeer) async throws -> Response {
        // A token is not used up by what could never be a stream.
        if case .refused(let response) = WebSocketHandshake.judge(request, WebSocketHandshake.Policy()) {
            return response
        }
        guard let bench = benches.first(where: { $0.loop.isCurrent }) else { throw floor.refuse(.noProviders) }
        guard bench.providers.lack == nil else { throw floor.refuse(.noProviders) }
        let place: CallFloor.Place
        do throws(Problem) { place = try floor.enter() } catch {
            // Whoever gives the call up in the end shall say why. Without Redis they will not know, and nothing else is lost.
            if error.code == CallFloor.fullCode { try? await bench.tickets.turnedAway(token) }
            throw error
        }
        guard let ticket = try await bench.tickets.redeem(token) else { throw floor.refuse(.unknownToken) }
        let past = try await bench.past(of: ticket)
        // Somebody else has taken it over, or it is over.
        if ticket.resumes, past == nil { throw floor.refuse(.unknownToken) }
        floor.series.admitted()
        var limits = WebSocketLimits()
        limits.messageBytesMax = Self.messageBytesMax
        return .webSocket(for: request, limits: limits) { socket in
            try await bench.carry(ticket, taking: past, over: socket, of: peer, in: place)
        }
    }
}
