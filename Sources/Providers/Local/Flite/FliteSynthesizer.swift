package import Domain
package import Loop

/// Our own voice: Flite, in this process, for whoever has no account with a vendor. It knows English alone.
package final class FliteSynthesizer: Synthesizer {
    /// Nobody understands twice as fast, nor half.
    static let speeds = 0.5...2.0

    package let name = "flite"
    private let desk: FliteDesk
    private let loop: Loop

    package init(_ desk: FliteDesk, on loop: Loop) { (self.desk, self.loop) = (desk, loop) }

    package func speak(_ request: SynthesizerRequest, deliver: @escaping (SynthesizerEvent) -> Void)
        -> any SynthesizerStream
    {
        loop.checkIsolated()
        return FliteStream(request, desk, on: loop, deliver)
    }
}
