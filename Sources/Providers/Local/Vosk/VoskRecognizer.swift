package import Domain
package import Loop

/// Speech recognition on this machine with Vosk, where somebody has put a model for it: free dictation, in the model's language.
package final class VoskRecognizer: Recognizer {
    package let name = "vosk"
    let loop: Loop
    let desk: VoskDesk

    package init(_ desk: VoskDesk, on loop: Loop) { (self.desk, self.loop) = (desk, loop) }

    package func listen(_ request: RecognizerRequest, deliver: @escaping (RecognizerEvent) -> Void)
        -> any RecognizerStream
    {
        loop.checkIsolated()
        let stream = VoskStream(self, request, deliver)
        stream.start()
        return stream
    }
}
