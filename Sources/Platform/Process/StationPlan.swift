package import Service

/// Everything a station is told before it opens.
package struct StationPlan: Sendable {
    package let identity: ProcessIdentity
    package let settings: CommonSettings
    /// 0 lets the kernel choose.
    package let port: UInt16

    package init(_ identity: ProcessIdentity, _ settings: CommonSettings, port: UInt16) {
        self.identity = identity
        self.settings = settings
        self.port = port
    }
}
