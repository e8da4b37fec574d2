/// `call.ended`: the call is over.
package struct CallEnded: Hashable, Sendable {
    package var reason: EndedReason
    package var faultOwner: FaultOwner
    /// In the carrier's words, as are the next two.
    package var hangupCause: String?
    package var hangupSource: String?
    package var sipCode: Int?
    /// From the answer to the end; none if nobody answered.
    package var duration: Milliseconds?
    package var isBillable: Bool

    package init(
        reason: EndedReason, faultOwner: FaultOwner, hangupCause: String? = nil, hangupSource: String? = nil,
        sipCode: Int? = nil, duration: Milliseconds? = nil, isBillable: Bool
    ) {
        self.reason = reason
        self.faultOwner = faultOwner
        self.hangupCause = hangupCause
        self.hangupSource = hangupSource
        self.sipCode = sipCode
        self.duration = duration
        self.isBillable = isBillable
    }
}
