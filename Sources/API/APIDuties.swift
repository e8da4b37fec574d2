import HTTP
import Process
import Providers
import Service
import Store

/// What the API's process does: its routes, what stands around them, and how they are described.
enum APIDuties {
    static let routes: [APIRoute] =
        SignInRoutes.all + MeRoutes.all + APIKeyRoutes.all + CallRoutes.all + EventRoutes.all + AgentRoutes.all
        + CustomerRoutes.all + PhoneNumberRoutes.all + AnalyticsRoutes.all + EndpointRoutes.all + DeliveryRoutes.all
        + ToolSecretRoutes.all + OperationRoutes.all + ProviderRoutes.all + LearningRoutes.all + AnalysisRoutes.all
        + AnalysisRunRoutes.all + SearchRoutes.all + RecordingRoutes.all

    static func all(_ station: Station, _ settings: APISettings) throws -> Duties {
        let tokens = try TokenOffice(settings)
        if tokens.isMakeshift { station.log.warn("token_key_made_up", .text("setting", "JWT_PRIVATE_KEY")) }
        let rates = RateLimiter(settings.rates, tokens.rates, station)
        let sealing = try settings.house.sealingKey.map { try Sealing(setting: $0.revealed) }
        let tail = Tail(tokens.places, station, sealing)
        let analytics = try AnalyticsPools(station, replica: settings.analyticsDatabase)
        let reception = Reception(
            station, tokens, try PasswordOffice(), rates, tail, analytics, try OutgoingWebhooks(settings), sealing,
            settings.house.carrier.mediaURL.text, Meaning(settings.house.local, station.log),
            try RecordingLinks(settings.house, tokens.recordings))
        let bench = station.benches[0]
        var duties = Duties(
            routes: routes.map { $0.route(reception) } + [keys(tokens), RecordingRoutes.sound(reception)]
                + Doors.routes(station, settings, sealing),
            services: station.benches.map { bench in
                .init("analytics", on: bench.loop) { await analytics.run($0, at: bench) }
            } + [
                .init("rates", on: bench.loop) { await rates.watch($0, at: bench) },
                .init("tail", on: bench.loop) { await tail.run($0) },
            ], title: "Ledgerline")
        duties.limits.message.bodyBytes = settings.bodyMax
        duties.schemas =
            MeRoutes.components + APIKeyRoutes.components + CallShapes.components + WebCallRoute.components
            + CallControlRoutes.components
            + AgentShapes.components + CustomerRoutes.components + PhoneNumberRoutes.components
            + AnalyticsShapes.components + EndpointShapes.components + ToolSecretRoutes.components
            + OperationShapes.components + ProviderRoutes.components + LearningShapes.components
            + AnalysisRoutes.components + AnalysisRunShapes.components + SearchRoutes.components
            + RecordingRoutes.components
        let isSecure = settings.house.carrier.publicURL.scheme == "https"
        duties.middleware =
            Proxies.middleware(settings.trustedProxies) + [
                Manners(origins: settings.allowedOrigins, isSecure: isSecure).middleware, rates.middleware(station),
                Ringing(station.benches).middleware,
            ]
        return duties
    }

    private static func keys(_ tokens: TokenOffice) -> Route {
        var words = RouteDocumentation(
            "The public keys of access tokens", tags: ["Identity"],
            answers: [.init(.ok, "A JSON Web Key Set", .object(.required("keys", .array(of: .object()))))])
        words.name = "get_keys"
        words.access = .everybody
        let document = Response.json(tokens.keySet).with(.cacheControl, "public, max-age=300")
        return .atOnce(.get, "/.well-known/jwks.json", words) { (_: Request) in document }
    }
}
