import Testing

@testable import Redis

@Suite struct RedisAddressTests {
    @Test func `an address says where and how`() throws {
        let plain = try RedisAddress("redis://cache.internal")
        #expect(plain.place == .host("cache.internal", port: 6379))
        #expect(plain.database == 0 && !plain.isEncrypted && plain.credentials == nil)

        let full = try RedisAddress("rediss://ann:p%40ss%3A%2F@10.0.0.1:6380/7")
        #expect(full.place == .host("10.0.0.1", port: 6380))
        #expect(full.isEncrypted && full.database == 7)
        #expect(full.credentials == RedisCredentials(user: "ann", password: "p@ss:/"))

        let password = try RedisAddress("redis://:secret@[::1]:1/")
        #expect(password.place == .host("::1", port: 1))
        #expect(password.credentials == RedisCredentials(password: "secret"))

        let socket = try RedisAddress("unix:///run/my%20redis.sock?db=3")
        #expect(socket.place == .path("/run/my redis.sock") && socket.database == 3)
        #expect(try RedisAddress("unix://u:p@/run/r.sock").credentials == RedisCredentials(user: "u", password: "p"))
    }

    @Test(arguments: [
        "", "localhost", "http://host", "redis://", "redis://host:0", "redis://host:99999", "redis://host:x",
        "redis://host/x", "redis://host/-1", "redis://host?db=1", "redis://user@host", "redis://u:%zz@host",
        "redis://u:%f@host", "redis://[::1", "redis://[::1]x", "unix://", "unix:///", "unix:///s?x=1", "unix://host/s",
    ])
    func `anything else is refused, and the refusal does not repeat it`(_ text: String) {
        let error = #expect(throws: RedisError.self) { try RedisAddress(text) }
        #expect(error?.code == .badAddress)
        #expect(error?.description == "redis address: badAddress")
    }

    @Test func `an address is shown without its credentials`() throws {
        for text in ["redis://ann:hunter2@host:1/2", "rediss://:hunter2@host", "unix://ann:hunter2@/s"] {
            let address = try RedisAddress(text)
            #expect(!dumped(address).contains("hunter2") && !"\(address)".contains("ann"))
            #expect(!dumped(RedisSettings(address: address)).contains("hunter2"))
        }
        #expect(try RedisAddress("rediss://a:b@[::1]:5/2").description == "rediss://[::1]:5/2")
    }
}
