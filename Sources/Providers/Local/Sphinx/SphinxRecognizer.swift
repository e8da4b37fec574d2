package import Domain
package import Loop

/// Speech recognition on this machine, without any account: pocketsphinx, with a model of what this agent's callers say.
///
/// It understands what is in the agent's phrases nearly always, what is said in other words about the same things mostly, and
/// free dictation badly.
package final class SphinxRecognizer: Recognizer {
    package let name = "sphinx"
    let loop: Loop
    let pool: SphinxPool

    package init(_ pool: SphinxPool, on loop: Loop) { (self.pool, self.loop) = (pool, loop) }

    package func listen(_ request: RecognizerRequest, deliver: @escaping (RecognizerEvent) -> Void)
        -> any RecognizerStream
    {
        loop.checkIsolated()
        let stream = SphinxStream(self, request, deliver)
        stream.start()
        return stream
    }
}
