/// Asks one carrier to do things with legs.
package protocol CarrierCommands: Sendable {
    var carrier: Carrier { get }
    /// Returns when the carrier has taken the command; what it leads to is told by webhooks.
    func send(_ order: CarrierOrder) async throws(CarrierError) -> CarrierReceipt
}
