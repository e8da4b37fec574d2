import Domain
import HTTP
import Loop
import Redis
import Service
import Simulators
import Store

/// What a load is put on: a realtime process of its own between simulated carriers, and providers that are simulated or in the
/// process itself; the log and the tickets are real. On its loop alone, which is why `@unchecked` holds.
final class LoadHouse: @unchecked Sendable {
    private static let key = "load"

    let loop: Loop
    let carrier: TelnyxSimulator
    let realtime: RealtimeChild
    let tickets: RedisCallTickets
    let providers: LoadOptions.Providers
    let voice: CallerVoice

    private init(
        _ loop: Loop, _ carrier: TelnyxSimulator, _ realtime: RealtimeChild, _ redis: RedisClient,
        _ providers: LoadOptions.Providers, _ voice: CallerVoice
    ) {
        (self.loop, self.carrier, self.realtime, self.providers) = (loop, carrier, realtime, providers)
        (self.voice, tickets) = (voice, RedisCallTickets(redis))
    }

    static func with<Value: Sendable>(
        _ options: LoadOptions, _ settings: LoadSettings, core: Int, on loop: Loop,
        _ body: (LoadHouse) async throws -> Value
    ) async throws -> Value {
        guard let voice = try CallerVoice.ours(on: loop) else {
            throw Trouble("nobody can speak for the callers: `make doctor` says how to install flite")
        }
        let client = HTTPClient(loop: loop)
        var carrierSettings = TelnyxSimulator.Settings()
        carrierSettings.series = .random(in: 1 ... .max)
        let carrier = TelnyxSimulator(on: loop, key: key, carrierSettings)
        var hearing = DeepgramSimulator.Settings()
        hearing.voiceSays = LoadStory.understood
        var thinking = ChatSimulator.Settings()
        thinking.rules = [ChatRule("", say: LoadStory.answer)]
        thinking.pieceLength = 24
        let world = try await SimulatedWorld.open(
            on: loop, deepgram: .init(key: key, hearing), cartesia: .init(key: key), chat: .init(key: key, thinking),
            telnyx: carrier)
        let result: Result<Value, any Error>
        do {
            let redis = RedisSettings(address: try RedisAddress(settings.redis.revealed))
            let names = HostResolver(on: try Lane(name: "names"))
            let environment = environment(options, settings, world)
            let value = try await RedisClient.with(redis, on: loop, resolver: names) { redis in
                let realtime = try RealtimeChild(core: core, environment, client, on: loop)
                let result: Result<Value, any Error>
                do {
                    try await realtime.untilReady()
                    result = .success(
                        try await body(LoadHouse(loop, carrier, realtime, redis, options.providers, voice)))
                } catch { result = .failure(error) }
                await realtime.end()
                return try result.get()
            }
            result = .success(value)
        } catch { result = .failure(error) }
        carrier.shutdown()
        client.shutdown()
        await world.server.drain(within: .seconds(1))
        return try result.get()
    }

    private static func environment(
        _ options: LoadOptions, _ settings: LoadSettings, _ world: SimulatedWorld
    ) -> [String: String] {
        var all = [
            "DATABASE_URL": settings.database.revealed, "REDIS_URL": settings.redis.revealed,
            "TELNYX_API_URL": world.telnyxURL, "TELNYX_API_KEY": key,
            "LEDGERLINE_CALLS_MAX": "\(options.isOverload ? options.calls : 2 * LoadOptions.callsMax)",
        ]
        if let models = settings.models { all["LEDGERLINE_MODELS"] = models }
        if options.providers == .sim {
            all["DEEPGRAM_URL"] = world.webSocketURL
            all["CARTESIA_URL"] = world.webSocketURL
            all["GROQ_URL"] = world.chatURL
            for name in ["DEEPGRAM", "CARTESIA", "GROQ"] { all["\(name)_API_KEY"] = key }
        }
        return all
    }
}
