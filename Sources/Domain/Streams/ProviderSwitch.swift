/// Another provider took over within a stream.
package struct ProviderSwitch: Hashable, Sendable {
    package let from: String
    package let to: String
    package let fault: StreamFault

    package init(from: String, to: String, fault: StreamFault) { (self.from, self.to, self.fault) = (from, to, fault) }
}
