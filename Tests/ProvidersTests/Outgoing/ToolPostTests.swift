import Crypto
import Domain
import HTTP
import Loop
import Providers
import Service
import Simulators
import TestKit
import Testing
import Wire

/// A tool is asked once, over a real socket, and whatever it does becomes an answer or a fault.
struct ToolPostTests {
    private static let patience = Duration.seconds(20)

    private static let secret = Crypto.Secret(text: "what tools know us by")

    /// Posts to the tool `t`, which believes whoever has the secret.
    private static func with(
        _ tool: ToolSimulator.Tool, toPrivate: Bool = true,
        _ body: @escaping @Sendable (_ ask: (Duration) async -> ToolOutcome, ToolSimulator) async throws -> Void
    ) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            let tools = ToolSimulator(on: loop, ["t": tool])
            tools.secrets = [secret]
            let world = try await SimulatedWorld.open(on: loop, tools: tools)
            var reader = SettingsReader(SettingsSource(["LEDGERLINE_WEBHOOKS_TO_PRIVATE": "\(toPrivate)"]))
            let post = ToolPost(WebhookSettings(&reader), on: loop)
            let url = "http://127.0.0.1:\(world.port)" + ToolSimulator.path(of: "t")
            let result: Result<Void, any Error>
            do {
                try await body(
                    { await post.send(Array("{}".utf8), key: "k/1", to: url, secrets: [secret], within: $0) }, tools)
                result = .success(())
            } catch { result = .failure(error) }
            post.shutdown()
            await world.server.drain(within: .seconds(2))
            try result.get()
        }
    }

    @Test func `an answer comes as it is, and the key arrives`() async throws {
        try await Self.with(.init(.result(.object([("sent", .string("Monday"))])))) { ask, tools in
            #expect(await ask(Self.patience) == .answered(Array(#"{"sent":"Monday"}"#.utf8), status: 200))
            #expect(tools.asked.map(\.key) == ["k/1"])
        }
    }

    @Test func `whoever has another secret is refused, and while one replaces another both are good`() async throws {
        try await Self.with(.init(.result(.null))) { ask, tools in
            tools.secrets = [Crypto.Secret(text: "another")]
            #expect(await ask(Self.patience) == .failed(.refused, status: 401))
            tools.secrets = [Crypto.Secret(text: "another"), Self.secret]
            #expect(await ask(Self.patience) == .answered(Array("null".utf8), status: 200))
        }
    }

    @Test(arguments: [UInt16(400), 404, 409, 429, 500, 503])
    func `another status than success refuses`(status: UInt16) async throws {
        try await Self.with(.init(.status(status))) { ask, tools in
            #expect(await ask(Self.patience) == .failed(.refused, status: Int(status)))
            #expect(tools.asked.count == 1)
        }
    }

    @Test func `a redirection is not followed`() async throws {
        try await Self.with(.init(.redirect(to: ToolSimulator.path(of: "other")))) { ask, tools in
            #expect(await ask(Self.patience) == .failed(.refused, status: 307))
            #expect(tools.asked.map(\.name) == ["t"])
        }
    }

    @Test func `an answer is taken up to its limit, and one byte more is none`() async throws {
        let most = String(repeating: "1", count: ToolPost.answerBytesMax)
        try await Self.with(.init(.text(most))) { ask, tools in
            #expect(await ask(Self.patience) == .answered(Array(most.utf8), status: 200))
            tools.tools["t"] = .init(.text(most + "1"))
            #expect(await ask(Self.patience) == .failed(.badAnswer, status: nil))
        }
    }

    @Test func `who needs longer than they may is left`() async throws {
        try await Self.with(.init(.result(.null), after: .seconds(60))) { ask, tools in
            #expect(await ask(.milliseconds(200)) == .failed(.timedOut, status: nil))
            #expect(tools.asked.count == 1)
        }
    }

    @Test func `an address that is not on the internet is not asked, unless the settings say so`() async throws {
        try await Self.with(.init(.result(.null)), toPrivate: false) { ask, tools in
            #expect(await ask(Self.patience) == .failed(.unreachable, status: nil))
            #expect(tools.asked.isEmpty)
        }
    }
}
