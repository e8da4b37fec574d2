import Crypto
import Loop

extension RedisConnection {
    /// What a client knows of the server, once for all its connections.
    struct Target: Sendable {
        let settings: RedisSettings
        /// Nil for a connection in the clear.
        let trust: TLSClientContext?
        let resolver: HostResolver
    }

    /// Connects and logs in, all within the connect time. Cancelling the task ends it.
    static func open(_ target: Target, on loop: Loop, _ counters: RedisCounters) async throws(RedisError.Code)
        -> RedisConnection
    {
        let deadline = Moment.now + target.settings.limits.connectTime
        var failure = RedisError.Code.unresolved(.noAddress)
        for address in try await addresses(of: target, on: loop) {
            let connection = try begin(target, address, loop, counters)
            let timer = Timer { connection.die(.deadlinePassed) }
            loop.arm(timer, at: deadline)
            defer { loop.disarm(timer) }
            let obstacle = await withTaskCancellationHandler {
                await connection.becameReady(target.settings)
            } onCancel: {
                loop.execute { connection.die(.cancelled) }
            }
            guard let obstacle else { return connection }
            connection.die(obstacle)
            failure = obstacle
            // Another address of the same host may be alive; another answer to our password is not to be had.
            guard case .system = obstacle else { throw obstacle }
        }
        throw failure
    }

    private static func addresses(of target: Target, on loop: Loop) async throws(RedisError.Code) -> [SocketAddress] {
        switch target.settings.address.place {
        case .path(let path):
            do throws(SystemError) { return [try SocketAddress(path: path)] } catch { throw .system(error) }
        case .host(let host, let port):
            let patience = target.settings.limits.connectTime
            do throws(HostResolver.Failure) {
                return try await target.resolver.addresses(of: host, port: port, within: patience, on: loop)
            } catch {
                throw error == .cancelled ? .cancelled : .unresolved(error)
            }
        }
    }

    private static func begin(_ target: Target, _ address: SocketAddress, _ loop: Loop, _ counters: RedisCounters)
        throws(RedisError.Code) -> RedisConnection
    {
        guard let trust = target.trust, case .host(let host, _) = target.settings.address.place else {
            return try RedisConnection(to: address, tls: nil, on: loop, target.settings.limits, counters)
        }
        let pipe: TLSPipe
        do throws(TLSFailure) { pipe = try TLSPipe.begin(with: host, in: trust) } catch { throw .tls(error) }
        return try RedisConnection(to: address, tls: pipe, on: loop, target.settings.limits, counters)
    }

    /// Waits until commands can be sent, and introduces us; answers what stood in the way.
    private func becameReady(_ settings: RedisSettings) async -> RedisError.Code? {
        do throws(RedisError.Code) {
            try await established()
            try await logIn(settings)
            return nil
        } catch {
            // What ended the connection says more than that it ended.
            if case .connectionLost = error, let death { return death }
            return error
        }
    }

    private func logIn(_ settings: RedisSettings) async throws(RedisError.Code) {
        let time = settings.limits.connectTime
        if let credentials = settings.address.credentials {
            var command = RedisCommand("AUTH")
            if let user = credentials.user { command.add(user) }
            command.add(credentials.password)
            _ = try await send(command, within: time)
        }
        if settings.address.database != 0 {
            _ = try await send(RedisCommand("SELECT", [.number(settings.address.database)]), within: time)
        }
        do throws(RedisError.Code) {
            _ = try await send(RedisCommand("CLIENT", ["SETNAME", .text(settings.clientName)]), within: time)
        } catch {
            // The name is for whoever looks at `CLIENT LIST`; a user without the right to set it may still work.
            guard case .refused(let refusal) = error, refusal.kind == "NOPERM" else { throw error }
        }
    }
}
