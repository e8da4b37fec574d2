/// Who calls whom, and by which names the carrier knows it.
package struct SimulatedLeg: Hashable, Sendable {
    package enum Direction: String, Sendable { case incoming, outgoing }

    package let number: Int
    package let direction: Direction
    package let from: String
    package let to: String
    /// What the application last asked to have told back, in base64.
    package var clientState: String?
    package var webhookURL: String
    /// What the application gave with the stream, for carriers that hand it on.
    package var parameters: [(String, String)] = []

    package var control: String { "v3:simulated-\(number)" }
    package var session: String { Self.uuid(1, number) }
    package var leg: String { Self.uuid(2, number) }

    static func uuid(_ kind: Int, _ number: Int) -> String {
        let digits = String(number)
        return "0000000\(kind)-0000-4000-8000-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
    }

    package static func == (left: SimulatedLeg, right: SimulatedLeg) -> Bool { left.number == right.number }
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
