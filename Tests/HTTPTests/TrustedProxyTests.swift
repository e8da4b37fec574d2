import Service
import Testing

@testable import HTTP

/// Whom a request is from, where some are believed.
struct TrustedProxyTests {
    private static func sender(
        from peer: String, _ lists: [String], trusting networks: [String] = ["10.0.0.0/8", "2001:db8:ffff::/48"]
    ) throws -> String {
        var headers = Headers()
        for list in lists { headers.add("X-Forwarded-For", list) }
        let request = try #require(Request(.get, "/", headers: headers, from: peer))
        let proxies = TrustedProxies(try networks.map { try #require(Network($0)) })
        return proxies.sender(of: request)
    }

    @Test func `nobody is believed where nobody is named, or by a peer that is not`() throws {
        #expect(try Self.sender(from: "10.0.0.1", ["198.51.100.7"], trusting: []) == "10.0.0.1")
        #expect(try Self.sender(from: "203.0.113.9", ["198.51.100.7"]) == "203.0.113.9")
        #expect(try Self.sender(from: "11.0.0.1", ["198.51.100.7"]) == "11.0.0.1")
        #expect(try Self.sender(from: "", ["198.51.100.7"]) == "")
        #expect(try Self.sender(from: "2001:db8:fffe::1", ["198.51.100.7"]) == "2001:db8:fffe::1")
    }

    @Test func `the last one that is no proxy of ours has sent it, whatever stands before`() throws {
        #expect(try Self.sender(from: "10.0.0.1", ["198.51.100.7"]) == "198.51.100.7")
        #expect(try Self.sender(from: "10.0.0.1", ["192.0.2.66, 198.51.100.7"]) == "198.51.100.7")
        #expect(try Self.sender(from: "10.0.0.1", ["192.0.2.66, 198.51.100.7, 10.0.0.9,10.1.2.3"]) == "198.51.100.7")
        // Headers of one name are one list.
        #expect(try Self.sender(from: "10.0.0.1", ["192.0.2.66", "198.51.100.7", "10.0.0.9"]) == "198.51.100.7")
        // All of ours: whoever it began with.
        #expect(try Self.sender(from: "10.0.0.1", ["10.0.0.8, 10.0.0.9"]) == "10.0.0.8")
        #expect(try Self.sender(from: "10.0.0.1", []) == "10.0.0.1")
    }

    @Test func `addresses are told in one way, with and without ports`() throws {
        for (word, address) in [
            ("198.51.100.7:4711", "198.51.100.7"), ("2001:DB8:0:0::7", "2001:db8::7"), ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"), ("::ffff:198.51.100.7", "198.51.100.7"),
            ("\t198.51.100.7 ", "198.51.100.7"),
        ] {
            #expect(try Self.sender(from: "2001:db8:ffff::1", [word]) == address, "\(word)")
        }
        #expect(try Self.sender(from: "::ffff:10.0.0.1", ["198.51.100.7"]) == "198.51.100.7")
        #expect(try Self.sender(from: "10.0.0.1", ["2001:db8::7, 2001:db8:ffff::2"]) == "2001:db8::7")
    }

    @Test func `what is no address ends the list there`() throws {
        for word in [
            "unknown", "", "_hidden", "198.51.100", "198.51.100.256", "198.51.100.7:", "198.51.100.7:port",
            "[198.51.100.7]",
            "[2001:db8::7", "2001:db8::7]", "[2001:db8::7]x", "198.51.100.7 10.0.0.2", "\"198.51.100.7\"",
            "2001:db8::7%eth0",
            "198.51.100.7:123456",
        ] {
            #expect(try Self.sender(from: "10.0.0.1", ["192.0.2.66, \(word)"]) == "10.0.0.1", "\(word)")
            #expect(try Self.sender(from: "10.0.0.1", ["192.0.2.66, \(word), 10.0.0.9"]) == "10.0.0.9", "\(word)")
        }
    }

    @Test func `so many hops are looked at, and no more`() throws {
        func list(_ ours: Int) -> String {
            (["198.51.100.7"] + Array(repeating: "10.0.0.9", count: ours)).joined(separator: ",")
        }
        #expect(try Self.sender(from: "10.0.0.1", [list(TrustedProxies.hopsMax - 1)]) == "198.51.100.7")
        #expect(try Self.sender(from: "10.0.0.1", [list(TrustedProxies.hopsMax)]) == "10.0.0.9")
    }
}
