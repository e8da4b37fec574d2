package import Domain
package import Loop

/// An agent without any model: it goes by a script, and says so when it is at its end. Deterministic, so a call with it can be
/// foretold.
package final class LocalThinker: Thinker {
    package static let model = ModelName(provider: "local", model: "script")

    package let name = LocalThinker.model.provider
    let loop: Loop
    let reader: LocalReader

    package init(_ reader: LocalReader, on loop: Loop) { (self.reader, self.loop) = (reader, loop) }

    package func think(_ request: ThinkerRequest, deliver: @escaping (ThinkerEvent) -> Void) -> any ThinkerStream {
        loop.checkIsolated()
        let stream = LocalAnswer(self, deliver)
        stream.start(request)
        return stream
    }
}
