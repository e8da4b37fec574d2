import Glibc
import Loop

/// One address to try. `address` is empty for a Unix socket.
struct ResolvedHost: Sendable, Equatable {
    var name: String
    var address: String
    var port: String
}

extension PostgresConfiguration {
    /// The hosts to try, in order, with their addresses. Looks names up on a lane, because that blocks; a name that has
    /// several addresses is tried at each. A name that can't be resolved is left out unless no other host remains.
    func resolveHosts() async throws(PostgresError) -> [ResolvedHost] {
        var resolved: [ResolvedHost] = []
        var failure: PostgresError?
        for host in hosts {
            if !host.address.isEmpty || host.name.isEmpty || host.name.hasPrefix("/") || host.name.hasPrefix("@") {
                resolved.append(host)
                continue
            }
            do throws(PostgresError) {
                for address in try await Self.addresses(of: host.name) {
                    resolved.append(ResolvedHost(name: host.name, address: address, port: host.port))
                }
            } catch {
                failure = error
            }
        }
        if resolved.isEmpty, let failure { throw failure }
        return resolved
    }

    /// As libpq pairs them: a list of hosts, a list of addresses, and one port for all or one for each.
    private var hosts: [ResolvedHost] {
        func list(_ keyword: String, _ variable: String) -> [String] {
            var value = self.value(of: keyword)
            if value == nil, let inherited = unsafe getenv(variable) { value = unsafe String(cString: inherited) }
            return (value ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let names = list("host", "PGHOST")
        let addresses = list("hostaddr", "PGHOSTADDR")
        let ports = list("port", "PGPORT")
        let count = max(1, names.count, addresses.count)
        return (0..<count).map { index in
            ResolvedHost(
                name: index < names.count ? names[index] : "",
                address: index < addresses.count ? addresses[index] : "",
                port: ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : "")
        }
    }

    private static func addresses(of name: String) async throws(PostgresError) -> [String] {
        do {
            let addresses = try await BlockingLanes.names.get().run { look(up: name) }
            if addresses.isEmpty { throw PostgresError(.connectFailed) }
            return addresses
        } catch let error as PostgresError {
            throw error
        } catch {
            throw PostgresError(.busy)
        }
    }

    /// Blocks.
    private static func look(up name: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [String] = []
        var entry = unsafe list
        while let info = unsafe entry {
            unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { text in
                let code = unsafe getnameinfo(
                    info.pointee.ai_addr, info.pointee.ai_addrlen, text.baseAddress, socklen_t(text.count), nil, 0,
                    NI_NUMERICHOST)
                if code == 0, let base = text.baseAddress { unsafe addresses.append(String(cString: base)) }
            }
            unsafe entry = info.pointee.ai_next
        }
        return addresses
    }
}

/// The two threads for libpq's blocking company. They belong to the process and end with it: a server that has fallen
/// silent may hold one in a system call for ever, and nobody should wait for that.
enum BlockingLanes {
    static let names = Result { try Lane(name: "names", limit: 64) }
    static let cancels = Result { try Lane(name: "pg-cancel", limit: 64) }
}
