/// What came of sending a batch of spans.
package enum ExportReply: Sendable {
    /// The collector answered, with this status and perhaps a wish when to come again.
    case answered(status: Int, retryAfter: Duration?)
    /// There was no answer.
    case unreachable
}
