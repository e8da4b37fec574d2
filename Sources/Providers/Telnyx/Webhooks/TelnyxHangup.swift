import Wire

/// How a leg ended.
package struct TelnyxHangup: Hashable, Sendable {
    package let cause: String
    /// `caller`, `callee` or `unknown`, seen from the wire.
    package let source: String?
    /// Nil where the carrier has no number for it.
    package let sipCode: Int?

    init(_ payload: JSONValue) {
        cause = payload["hangup_cause"]?.text ?? "unspecified"
        source = payload["hangup_source"]?.text
        sipCode = payload["sip_hangup_cause"]?.text.flatMap { Int($0) }.flatMap { (100...699).contains($0) ? $0 : nil }
    }
}
