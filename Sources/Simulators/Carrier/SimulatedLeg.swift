/// Who calls whom, and by which names the carrier knows it.
package struct SimulatedLeg: Hashable, Sendable {
    package enum Direction: String, Sendable { case incoming, outgoing }

    package let number: Int
    /// Of the carrier's settings.
    package let series: UInt32
    package let direction: Direction
    package let from: String
    package let to: String
    package var dialect = MediaDialect.telnyx
    /// What the application last asked to have told back, in base64.
    package var clientState: String?
    package var webhookURL: String
    /// What the application gave with the stream, for carriers that hand it on.
    package var parameters: [(String, String)] = []

    package var control: String {
        switch dialect {
        case .telnyx: "v3:simulated-\(series == 0 ? "" : "\(series)-")\(number)"
        case .web: "web-\(number)"
        case .twilio: "CA" + Self.digits(series, 8) + Self.digits(number, 24)
        }
    }
    package var session: String { Self.uuid(1, number, series) }
    package var leg: String { Self.uuid(2, number, series) }

    private static func digits(_ value: some BinaryInteger, _ count: Int, radix: Int = 16) -> String {
        let text = String(value, radix: radix)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    static func uuid(_ kind: Int, _ number: Int, _ series: UInt32) -> String {
        "\(digits(kind, 8))-\(digits(series >> 16, 4))-4\(digits(series >> 4 & 0xFFF, 3))-800"
            + "\(digits(series & 0xF, 1))-\(digits(number, 12, radix: 10))"
    }

    package static func == (left: SimulatedLeg, right: SimulatedLeg) -> Bool { left.number == right.number }
    package func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
