/// How a transfer came out.
package enum TransferEnd: String, Hashable, Sendable, CaseIterable {
    case completed
    case noAnswer = "no_answer"
    case busy
    case declined
    case failed
    case cancelled
    case targetHungUp = "target_hung_up"
    case callerHungUp = "caller_hung_up"
}
