import Glibc

/// Turns host names into addresses on a lane, because the system's resolver blocks.
///
/// Lookups are done one after the other; the lane's limit is the limit of those waiting.
package struct HostResolver: Sendable {
    package enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        /// There is no such host; the code is `getaddrinfo`'s.
        case unknown(Int32)
        case noAddress
        /// Nothing was found in time. The lookup itself goes on: it can't be taken back.
        case timedOut
        case tooManyLookups
        case cancelled

        package var description: String {
            switch self {
            case .unknown(let code): unsafe String(cString: gai_strerror(code))
            case .noAddress: "the name has no address"
            case .timedOut: "the lookup took too long"
            case .tooManyLookups: "too many lookups are waiting"
            case .cancelled: "the lookup was cancelled"
            }
        }
    }

    private let lane: Lane

    package init(on lane: Lane) { self.lane = lane }

    /// All addresses of a host, in the order in which to try them; never empty. Literals are answered at once.
    ///
    /// To be called on `loop`, whose timer bounds the wait.
    package func addresses(of host: String, port: UInt16, within patience: Duration, on loop: Loop)
        async throws(Failure) -> [SocketAddress]
    {
        loop.checkIsolated()
        do throws(SystemError) { return [try SocketAddress(host, port: port)] } catch {
            // No literal, so a name.
        }
        let lookup = Lookup(on: loop)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard lookup.began(continuation, patience) else { return }
                // A lookup may outlive whoever lost patience with it, and the loop too: nobody waits on the lane for it.
                do throws(LaneFull) {
                    try lane.give {
                        let found = Self.ask(host, port)
                        loop.execute { lookup.ended(found) }
                    }
                } catch {
                    lookup.ended(.failure(.tooManyLookups))
                }
            }
        } onCancel: {
            loop.execute { lookup.ended(.failure(.cancelled)) }
        }
        return try outcome.get()
    }

    private typealias Outcome = Result<[SocketAddress], Failure>

    private static func ask(_ host: String, _ port: UInt16) -> Outcome {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { return .failure(.unknown(code)) }
        defer { unsafe freeaddrinfo(first) }
        var found: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let address = unsafe SocketAddress(copying: entry.pointee.ai_addr, port: port) { found.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return found.isEmpty ? .failure(.noAddress) : .success(found)
    }

    /// One wait for a lookup; touched on the loop's thread alone, which is why `@unchecked` holds.
    private final class Lookup: @unchecked Sendable {
        private let loop: Loop
        private var waiter: (CheckedContinuation<Outcome, Never>, Timer)?
        private var outcome: Outcome?

        init(on loop: Loop) { self.loop = loop }

        /// Answers whether the lookup is still wanted.
        func began(_ continuation: CheckedContinuation<Outcome, Never>, _ patience: Duration) -> Bool {
            if let outcome {
                continuation.resume(returning: outcome)
                return false
            }
            waiter = (continuation, loop.after(patience) { [self] in ended(.failure(.timedOut)) })
            return true
        }

        /// The first ending counts.
        func ended(_ outcome: Outcome) {
            guard self.outcome == nil else { return }
            self.outcome = outcome
            guard let (continuation, timer) = waiter else { return }
            waiter = nil
            loop.disarm(timer)
            continuation.resume(returning: outcome)
        }
    }
}
