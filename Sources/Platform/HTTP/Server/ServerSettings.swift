/// Everything a server is told when it opens.
package struct ServerSettings: Sendable {
    /// How connections come to loops.
    ///
    /// Over two loops, 8, 16 and 64 long connections always fell 4/4, 8/8 and 32/32 with `leastConnections`, and as unevenly as
    /// 2/6, 11/5 and 24/40 with `kernel`. A loop carries a call for its whole life, so balance is worth the hand-over of one
    /// descriptor per connection: `leastConnections` is the default, and `kernel` is for many short connections.
    package enum Spread: Sendable {
        /// Each loop listens for itself and the kernel chooses by a hash of the addresses.
        case kernel
        /// One loop accepts, and hands each connection to the loop that has the fewest.
        case leastConnections
    }

    /// An IPv4 or IPv6 literal.
    package var address = "127.0.0.1"
    /// 0 lets the kernel choose.
    package var port: UInt16 = 0
    package var spread = Spread.leastConnections
    package var limits = Limits()
    package var observe: @Sendable (ServerHappening) -> Void = { _ in }
    /// The one place where errors that handlers throw become responses; nil for what it does not know, which is then a 500
    /// without a word about why. A `Problem` never comes here: it says itself what it answers.
    package var answer: @Sendable (any Error) -> Response? = { _ in nil }

    package init() {}
}
