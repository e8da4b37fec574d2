import Loop
import TestKit
import Testing

@testable import HTTP

/// Where a client may connect to.
@Suite(.timeLimit(.minutes(1))) struct ClientAddressTests {
    @Test(
        arguments: [
            [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [127, 0, 0, 1], [169, 254, 169, 254], [172, 16, 0, 1],
            [172, 31, 255, 255], [192, 0, 0, 1], [192, 0, 2, 1], [192, 168, 1, 1], [198, 18, 0, 1], [198, 51, 100, 1],
            [203, 0, 113, 1], [224, 0, 0, 1], [240, 0, 0, 1], [255, 255, 255, 255],
        ] as [[UInt8]])
    func `an IPv4 address set apart is not public`(_ bytes: [UInt8]) {
        #expect(!PeerAddress(bytes).isPublic)
    }

    @Test(
        arguments: [
            [1, 1, 1, 1], [100, 63, 0, 1], [172, 15, 0, 1], [172, 32, 0, 1], [192, 167, 0, 1], [223, 1, 1, 1],
        ] as [[UInt8]])
    func `other IPv4 addresses are`(_ bytes: [UInt8]) {
        #expect(PeerAddress(bytes).isPublic)
    }

    @Test(arguments: [
        "::", "::1", "::ffff:127.0.0.1 ", "fe80", "fc00", "fd12", "ff02", "2001:db8", "2002:7f00", "64:ff9b", "2001:0",
    ])
    func `an IPv6 address set apart is not public`(_ text: String) {
        let groups: [UInt16] =
            switch text {
            case "::": [0]
            case "::1": [0, 0, 0, 0, 0, 0, 0, 1]
            case "::ffff:127.0.0.1 ": [0, 0, 0, 0, 0, 0xffff, 0x7f00, 1]
            default: text.split(separator: ":").compactMap { UInt16($0, radix: 16) }
            }
        #expect(!Self.six(groups).isPublic)
    }

    @Test(arguments: [[0x2606, 0x4700], [0x2a00, 0x1450], [0x2001, 0x4860]] as [[UInt16]])
    func `a global IPv6 address is`(_ groups: [UInt16]) {
        #expect(Self.six(groups).isPublic)
    }

    private static func six(_ groups: [UInt16]) -> PeerAddress {
        let all = groups + Array(repeating: 0, count: 8 - groups.count)
        return PeerAddress(all.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a client for public addresses connects to nothing of this machine`(_ host: String) async throws {
        try await ClientTests.with({ $0.addresses = .publicOnly }, script: ClientTests.friendly) { client, server, _ in
            let url = "http://\(host):\(server.port)/"
            let code = try await ClientTests.failure { _ = try await client.send(ClientRequest(.get, url)) }
            #expect(code == .addressRefused && server.accepted == 0 && client.statistics.connectionsOpened == 0)
        }
    }

    @Test func `an own policy sees the address and decides`() async throws {
        let policy = AddressPolicy.custom { $0 == PeerAddress([127, 0, 0, 1]) }
        try await ClientTests.with({ $0.addresses = policy }, script: ClientTests.friendly) { client, server, _ in
            let status = try await client.send(ClientRequest(.get, server.url())).status
            #expect(status == .ok)
        }
    }
}
