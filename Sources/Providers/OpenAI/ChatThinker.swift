package import Domain
package import HTTP
import Loop
import Service

/// A model behind OpenAI's chat protocol, on one loop.
package final class ChatThinker: Thinker {
    package var name: String { settings.name }
    let loop: Loop
    let settings: ChatSettings
    let client: HTTPClient

    /// The client's connections are kept and shared.
    package init(_ settings: ChatSettings, _ client: HTTPClient) {
        (self.settings, self.client) = (settings, client)
        loop = client.loop
    }

    package func think(_ request: ThinkerRequest, deliver: @escaping (ThinkerEvent) -> Void) -> any ThinkerStream {
        loop.checkIsolated()
        let stream = ChatStream(self, deliver)
        stream.start(request)
        return stream
    }

    /// Connects now for a question that will come.
    package func warm() {
        var request = ClientRequest(.get, "\(settings.url)/models", headers: headers)
        request.deadlines.total = settings.deadlines.opening + settings.deadlines.beginning
        // Ends with its deadline. What is answered is of no interest, nor is a failure: the question will show it.
        Task(executorPreference: loop) { [client, request] in
            _ = try? await client.send(request).body.whole()
        }
    }

    var headers: Headers {
        var headers = Headers([.contentType: "application/json", .accept: "text/event-stream"])
        if let key = settings.key { headers.add(.authorization, "Bearer \(key.revealed)") }
        return headers
    }
}
