import Domain
package import Loop

/// People who hold calls in their browsers. On its loop's thread alone.
package final class WebSimulator: @unchecked Sendable {
    // `@unchecked` holds because every door requires the loop's thread.

    package private(set) var calls: [SimulatedCall] = []
    private let loop: Loop

    package init(on loop: Loop) { self.loop = loop }

    /// Somebody opens the address that they were given.
    package func open(_ mediaURL: String, _ script: CallerScript) -> SimulatedCall {
        loop.checkIsolated()
        var leg = SimulatedLeg(
            number: calls.count + 1, series: 0, direction: .incoming, from: "", to: "", webhookURL: "")
        leg.dialect = .web
        let call = SimulatedCall(leg, script, on: loop, frame: .milliseconds(20), keepsSound: false) { _, _ in }
        calls.append(call)
        call.answered()
        call.startStream(mediaURL, .web)
        return call
    }

    /// Closes all pages.
    package func shutdown() { for call in calls { call.hangUp(byCaller: true) } }
}
