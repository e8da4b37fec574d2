/// `transfer.started`: the caller is being handed over.
package struct TransferStarted: Hashable, Sendable {
    package var transfer: TransferID
    package var target: Private<String>
    package var mode: TransferMode

    package init(transfer: TransferID, target: Private<String>, mode: TransferMode) {
        self.transfer = transfer
        self.target = target
        self.mode = mode
    }
}
