/// `transfer.ended`: the transfer is over.
package struct TransferEnded: Hashable, Sendable {
    package var transfer: TransferID
    package var target: Private<String>
    package var mode: TransferMode
    package var reason: TransferEnd

    package init(transfer: TransferID, target: Private<String>, mode: TransferMode, reason: TransferEnd) {
        self.transfer = transfer
        self.target = target
        self.mode = mode
        self.reason = reason
    }
}
