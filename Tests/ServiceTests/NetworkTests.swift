import Loop
import Service
import Testing

/// Addresses that begin with the same bits.
struct NetworkTests {
    private func holds(_ network: String, _ address: String) throws -> Bool {
        try #require(Network(network)).contains(try #require(AddressLiteral.unmapped(address)))
    }

    @Test func `a network holds its addresses and no others`() throws {
        for (network, inside, outside) in [
            ("192.0.2.7", "192.0.2.7", "192.0.2.8"), ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("172.16.0.0/12", "172.31.255.255", "172.32.0.0"), ("192.0.2.128/25", "192.0.2.255", "192.0.2.127"),
            ("192.0.2.6/31", "192.0.2.7", "192.0.2.8"), ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
            ("fdaa::/16", "fdaa:0:1::3", "fdab::"), ("::1", "::1", "::2"), ("128.0.0.0/1", "255.0.0.1", "127.0.0.1"),
            ("::ffff:192.0.2.7", "192.0.2.7", "::c000:207"),
        ] {
            #expect(try holds(network, inside), "\(network) \(inside)")
            #expect(try !holds(network, outside), "\(network) \(outside)")
        }
        #expect(try !holds("0.0.0.0", "::"), "one kind is not the other")
    }

    @Test func `what is no network is none`() {
        for text in [
            "", "proxy.example", "10.0.0.0/33", "10.0.0.0/0", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.1/8",
            "2001:db8::/129", "2001:db8::1/64", "10.0.0/8", "10.0.0.0/+8", "10.0.0.0/٨",
        ] {
            #expect(Network(text) == nil, "\(text)")
        }
    }
}
