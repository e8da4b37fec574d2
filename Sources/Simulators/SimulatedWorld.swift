package import HTTP
package import Loop

/// All simulators behind one port of this machine.
package struct SimulatedWorld: Sendable {
    package let deepgram: DeepgramSimulator
    package let cartesia: CartesiaSimulator
    package let chat: ChatSimulator
    package let server: Server

    /// Begins to listen. Drain it before its loops stop.
    package static func open(
        on loops: [Loop], deepgram: DeepgramSimulator = .init(), cartesia: CartesiaSimulator = .init(),
        chat: ChatSimulator = .init(), port: UInt16 = 0
    ) async throws(SystemError) -> SimulatedWorld {
        var settings = ServerSettings()
        settings.port = port
        let router = Router(deepgram.routes + cartesia.routes + chat.routes)
        let server = try await Server.open(on: loops, settings, router: router)
        return SimulatedWorld(deepgram: deepgram, cartesia: cartesia, chat: chat, server: server)
    }

    /// The same for the time of `body`.
    package static func with<Value: Sendable>(
        on loops: [Loop], deepgram: DeepgramSimulator = .init(), cartesia: CartesiaSimulator = .init(),
        chat: ChatSimulator = .init(), body: (SimulatedWorld) async throws -> Value
    ) async throws -> Value {
        let world = try await open(on: loops, deepgram: deepgram, cartesia: cartesia, chat: chat)
        do {
            let value = try await body(world)
            await world.server.drain(within: .seconds(2))
            return value
        } catch {
            await world.server.drain(within: .zero)
            throw error
        }
    }

    package var webSocketURL: String { "ws://127.0.0.1:\(server.port)" }
    package var chatURL: String { "http://127.0.0.1:\(server.port)/v1" }
}
