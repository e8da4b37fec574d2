/// One event on its way to those who follow it: read once, and made into bytes once for all of an organization.
package final class TailItem: Sendable {
    package let lane: Int16
    package let position: Int64
    package let bytes: [UInt8]

    init(lane: Int16, position: Int64, bytes: [UInt8]) {
        self.lane = lane
        self.position = position
        self.bytes = bytes
    }
}
