import Glibc
import Loop
import Synchronization
import TestKit
import Testing

@testable import HTTP

/// How connections come in, and how they are spread over loops.
@Suite(.timeLimit(.minutes(1))) struct AcceptingTests {
    @Test func `without descriptors accepting pauses, is tried again, and loses nobody`() async throws {
        try await Loops.with { loops in
            let loop = loops.first
            let happenings = Happenings()
            let listener = try Socket.listen("127.0.0.1", port: 0)
            let port = try Socket.localPort(listener)
            let refusals = Mutex(3)
            let accepted = Mutex<[Int32]>([])
            let acceptor = Acceptor(
                listener, on: loop, pause: .milliseconds(5), observe: { happenings.append($0) },
                accept: { descriptor throws(SystemError) in
                    let isRefused = refusals.withLock { left in
                        left -= 1
                        return left >= 0
                    }
                    if isRefused { throw SystemError(call: "accept4", code: EMFILE) }
                    return try Socket.accept(descriptor)
                }, accepted: { descriptor in accepted.withLock { $0.append(descriptor) } })
            try acceptor.open()
            let clients = [try await RawConnection(port: port), try await RawConnection(port: port)]
            while accepted.withLock({ $0.count }) < clients.count { try await loop.sleep(for: .milliseconds(1)) }
            let told = happenings.all.map { happening in
                switch happening {
                case .acceptPaused(let error): "paused \(error.code == EMFILE)"
                case .acceptResumed: "resumed"
                default: "other"
                }
            }
            #expect(told == ["paused true", "resumed", "paused true", "resumed", "paused true", "resumed"])
            acceptor.close()
            for descriptor in accepted.withLock({ $0 }) { Socket.close(descriptor) }
        }
    }

    @Test(arguments: [8, 16, 64])
    func `a few long connections are spread evenly by count`(count: Int) async throws {
        let occupancy = try await open(count, .leastConnections)
        #expect(occupancy == [count / 2, count / 2])
    }

    /// The kernel's hash promises no balance; all it promises is that nobody is lost.
    @Test(arguments: [8, 16, 64])
    func `the kernel spreads them as its hash falls`(count: Int) async throws {
        let occupancy = try await open(count, .kernel)
        #expect(occupancy.reduce(0, +) == count)
    }

    private func open(_ count: Int, _ spread: ServerSettings.Spread) async throws -> [Int] {
        try await ServerUnderTest.with(loops: 2, router: ProbeRoutes.router()) {
            $0.spread = spread
        } body: { under in
            var clients: [RawConnection] = []
            for _ in 0..<count {
                let client = try await under.connect()
                try await client.send("GET /ping HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().status == 200)
                clients.append(client)
            }
            let occupancy = under.server.occupancy
            #expect(clients.count == count)
            return occupancy
        }
    }
}
