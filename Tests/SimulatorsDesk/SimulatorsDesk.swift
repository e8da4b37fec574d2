import Domain
import Glibc
import Loop
import Simulators

/// The simulators as a program of their own, for clients that are none of ours (Tests/Vendors): `SimulatorsDesk [port]` says which port it
/// listens on, and goes on until it is killed. The key of all of them is `simulated`.
@main
enum SimulatorsDesk {
    private static let key = "simulated"

    static func main() throws {
        let port = CommandLine.arguments.dropFirst().first.flatMap { UInt16($0) } ?? 0
        try Loops.run(1, name: "desk") { loops in
            let loop = loops.first
            var chat = ChatSimulator.Settings()
            chat.rules = [
                ChatRule("booked", say: "It is booked."),
                ChatRule("book", say: "One moment. ", use: [.init("book", #"{"day":"Tuesday","name":"Zoë"}"#)]),
                ChatRule("hello", say: "Grüß Gott, how can I help?"),
            ]
            let telnyx = TelnyxSimulator(on: loop, key: key)
            defer { telnyx.shutdown() }
            let world = try await SimulatedWorld.open(
                on: loop, deepgram: DeepgramSimulator(key: key), cartesia: CartesiaSimulator(key: key),
                chat: ChatSimulator(key: key, chat), telnyx: telnyx, port: port)
            print("listening on \(world.port)")
            fflush(nil)
            while true { try await loop.sleep(for: .seconds(3_600)) }
        }
    }
}
