package import HTTP
package import Loop

/// All simulators behind one port of this machine, on one loop: calls and their sockets stay together.
package struct SimulatedWorld: Sendable {
    package let deepgram: DeepgramSimulator
    package let cartesia: CartesiaSimulator
    package let chat: ChatSimulator
    package let telnyx: TelnyxSimulator?
    package let twilio: TwilioSimulator?
    package let server: Server

    /// Begins to listen. Drain it before its loops stop.
    package static func open(
        on loop: Loop, deepgram: DeepgramSimulator = .init(), cartesia: CartesiaSimulator = .init(),
        chat: ChatSimulator = .init(), telnyx: TelnyxSimulator? = nil,
        twilio: TwilioSimulator? = nil,
        tools: ToolSimulator? = nil, port: UInt16 = 0
    ) async throws(SystemError) -> SimulatedWorld {
        var settings = ServerSettings()
        settings.port = port
        let router = Router(
            deepgram.routes + cartesia.routes + chat.routes + (telnyx?.routes ?? []) + (twilio?.routes ?? [])
                + (tools?.routes ?? []))
        let server = try await Server.open(on: [loop], settings, router: router)
        return SimulatedWorld(
            deepgram: deepgram, cartesia: cartesia, chat: chat, telnyx: telnyx, twilio: twilio, server: server)
    }

    /// The same for the time of `body`.
    package static func with<Value: Sendable>(
        on loop: Loop, deepgram: DeepgramSimulator = .init(), cartesia: CartesiaSimulator = .init(),
        chat: ChatSimulator = .init(), telnyx: TelnyxSimulator? = nil,
        body: (SimulatedWorld) async throws -> Value
    ) async throws -> Value {
        let world = try await open(on: loop, deepgram: deepgram, cartesia: cartesia, chat: chat, telnyx: telnyx)
        do {
            let value = try await body(world)
            await world.server.drain(within: .seconds(2))
            return value
        } catch {
            await world.server.drain(within: .zero)
            throw error
        }
    }

    package var port: UInt16 { server.port }
    package var webSocketURL: String { "ws://127.0.0.1:\(server.port)" }
    package var telnyxURL: String { "http://127.0.0.1:\(server.port)/v2" }
    package var chatURL: String { "http://127.0.0.1:\(server.port)/v1" }
}
