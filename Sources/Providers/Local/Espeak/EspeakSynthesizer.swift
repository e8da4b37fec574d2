package import Domain
package import Loop

/// espeak-ng, where it is installed: it sounds like a robot, and speaks a hundred languages.
package final class EspeakSynthesizer: Synthesizer {
    /// Words a minute of its own, and what it takes.
    static let pace = 175.0
    static let paces = 80.0...450.0

    package let name = "espeak"
    private let desk: EspeakDesk
    private let loop: Loop

    package init(_ desk: EspeakDesk, on loop: Loop) { (self.desk, self.loop) = (desk, loop) }

    package func speak(_ request: SynthesizerRequest, deliver: @escaping (SynthesizerEvent) -> Void)
        -> any SynthesizerStream
    {
        loop.checkIsolated()
        return EspeakStream(request, desk, on: loop, deliver)
    }
}
