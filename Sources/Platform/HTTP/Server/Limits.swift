/// How much and how long a server puts up with. Each limit has its answer, named here.
package struct Limits: Sendable {
    /// What one request may hold.
    package struct Message: Sendable {
        /// Request line and headers together; more is 431, and when the target alone is longer than `targetBytes`, 414.
        package var headBytes = 16 * 1024
        package var targetBytes = 8 * 1024
        /// Number of headers; more is 431.
        package var headers = 100
        /// Body of a request, decoded; more is 413, before it is read when its length was stated.
        package var bodyBytes = 1024 * 1024
        /// Trailers of a chunked body; more is 431. Chunk extensions may take as much again; more is 400.
        package var trailerBytes = 8 * 1024

        package init() {}
    }

    package var message = Message()
    /// Connections open at once on all loops; the next is answered with 503 and closed.
    package var connections = 20_000
    /// Unsent bytes of one connection above which `ResponseWriter.write` suspends and no further request is begun.
    package var unsentBytes = 64 * 1024
    /// Bytes of requests that wait for the one being answered; with more, the connection is not read.
    package var pipelinedBytes = 64 * 1024
    /// Bytes thrown away after a refusal before the connection is cut.
    package var lingeringBytes = 256 * 1024
    /// From the first byte of a head to its last; 408.
    package var headTime: Duration = .seconds(10)
    /// From the end of the head to the end of the body; 408.
    package var bodyTime: Duration = .seconds(30)
    /// Without a request on an open connection; closed.
    package var idleTime: Duration = .seconds(75)
    /// Without the client taking a single byte that waits for it; cut.
    package var writeTime: Duration = .seconds(30)
    /// From our last byte to the client's close; cut. While draining, its kernel's word that all has come is enough.
    package var lingeringTime: Duration = .seconds(5)
    /// What handlers that were cancelled at a drain's deadline have left to notice it.
    package var cancellationTime: Duration = .seconds(1)
    /// Until accepting is tried again when the process has no descriptors left.
    package var acceptPause: Duration = .milliseconds(100)

    package init() {}
}
