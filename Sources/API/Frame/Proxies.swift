import HTTP
import Service

/// Has everything behind it see who asks, and not the proxy that hands the request on.
enum Proxies {
    /// Nothing stands in the way where no proxy is believed.
    static func middleware(_ networks: [Network]) -> [Middleware] {
        guard !networks.isEmpty else { return [] }
        let proxies = TrustedProxies(networks)
        return [
            Middleware(
                { request, next in try await next(request.from(proxies.sender(of: request))) },
                atOnce: { request, next in try next(request.from(proxies.sender(of: request))) })
        ]
    }
}
