import Domain
import HTTP
import Loop
import Process
import Providers
import Service
import Store

/// What the calls of one loop share. On its loop alone, which is why `@unchecked` holds.
final class CallBench: @unchecked Sendable {
    let loop: Loop
    let tickets: any CallTickets
    let providers: CallProviders
    private let surroundings: CallSession.Surroundings
    private let log: Log
    private var sessions: [ObjectIdentifier: CallSession] = [:]

    init(
        _ bench: Workbench, _ settings: HouseSettings, _ minds: LocalMinds, _ recorder: EventRecorder,
        _ series: CallSeries, _ log: Log
    ) {
        (loop, self.log) = (bench.loop, log)
        tickets = RedisCallTickets(bench.redis)
        providers = CallProviders(settings.providers, minds, on: bench.loop, bench.http)
        var commands: (any CarrierCommands)?
        if settings.carrier.telnyxKey != nil {
            let began = Moment.now
            let line = CarrierLine(
                bench.http,
                CarrierLine.Surroundings(
                    now: { Moment.now - began }, sleep: { [loop = bench.loop] in try await loop.sleep(for: $0) }))
            commands = TelnyxCommands(settings.carrier, over: line)
        }
        surroundings = CallSession.Surroundings(
            loop: bench.loop, providers: providers, recorder: recorder, commands: commands, series: series, log: log)
    }

    /// Carries one call over its media socket, until it is over.
    func carry(_ ticket: CallTicket, over socket: WebSocket, in place: CallFloor.Place) async throws {
        loop.checkIsolated()
        defer { withExtendedLifetime(place) {} }
        let session = CallSession(ticket, surroundings, MediaLine(socket))
        let media = TelnyxMedia(session, socket, log)
        sessions[ObjectIdentifier(session)] = session
        defer { sessions[ObjectIdentifier(session)] = nil }
        socket.onMessage { _, message in media.took(message) }
        let patience = loop.after(TelnyxMedia.startPatience) { media.startIsDue() }
        defer { loop.disarm(patience) }
        // Nobody's connection ends in good order: whatever ends it, the call learns that it has.
        do { while try await socket.receive() != nil {} } catch { log.debug("media_socket_lost") }
        media.ended()
        await session.untilOver()
    }

    /// Ends what is left, so that the log says how.
    func endCalls() {
        loop.checkIsolated()
        for session in sessions.values { session.took(.control(.hangUp)) }
    }
}
