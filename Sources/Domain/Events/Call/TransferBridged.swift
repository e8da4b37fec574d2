/// `transfer.bridged`: the caller talks to somebody else.
package struct TransferBridged: Hashable, Sendable {
    package var transfer: TransferID
    package var target: Private<String>
    package var mode: TransferMode
    package var took: Milliseconds?

    package init(transfer: TransferID, target: Private<String>, mode: TransferMode, took: Milliseconds? = nil) {
        self.transfer = transfer
        self.target = target
        self.mode = mode
        self.took = took
    }
}
