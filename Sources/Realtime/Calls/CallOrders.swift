import Domain
import HTTP
import Loop
import Providers

/// What a call orders of its carrier. Orders go in their turn; none is waited for by the call. On its loop alone.
final class CallOrders {
    private let commands: (any CarrierCommands)?
    private let call: CallID
    /// Nil until the carrier has named the leg of a call that we place.
    var leg: String?
    private let loop: Loop
    private var given = 0
    /// How often the call was taken over: two processes must not give two orders under one name.
    private let number: Int
    private var last: Task<Void, Never>?

    /// Without commands nothing can be ordered: then a call ends with its media.
    init(_ commands: (any CarrierCommands)?, _ call: CallID, leg: String?, number: Int, on loop: Loop) {
        (self.commands, self.call, self.leg, self.number, self.loop) = (commands, call, leg, number, loop)
    }

    var isPossible: Bool { commands != nil }

    /// `told` hears whether the carrier took it.
    func give(_ command: CarrierCommand, _ told: @escaping @Sendable (Bool) -> Void = { _ in }) {
        guard let commands, let leg else { return told(false) }
        given += 1
        let order = CarrierOrder(
            command, of: call, leg: leg, key: number == 0 ? "realtime-\(given)" : "realtime-\(number)-\(given)")
        let before = last
        last = Task(executorPreference: loop) {
            await before?.value
            do {
                _ = try await commands.send(order)
                told(true)
            } catch {
                told(false)
            }
        }
    }
}
