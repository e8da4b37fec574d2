import Glibc
import Loop
import Testing

@testable import Service

@Suite struct SettingsTests {
    private func read<Value>(
        _ variables: [String: String], _ body: (inout SettingsReader) -> Value
    ) -> Result<Value, SettingsError> {
        var reader = SettingsReader(SettingsSource(variables))
        let value = body(&reader)
        do throws(SettingsError) {
            try reader.finish()
            return .success(value)
        } catch {
            return .failure(error)
        }
    }

    private func parse<Value>(_ kind: SettingKind<Value>, _ text: String) -> Result<Value, SettingFault> {
        do throws(SettingFault) { return .success(try kind.parse(text)) } catch { return .failure(error) }
    }

    @Test(arguments: [
        ("250ms", Duration.milliseconds(250)), ("5s", .seconds(5)), ("2m", .seconds(120)), ("7", .seconds(7)),
        ("1h", .seconds(3_600)), ("90 s", .seconds(90)), ("1d", .seconds(86_400)), ("0", .zero),
    ])
    func `durations are read in every unit`(text: String, expected: Duration) throws {
        #expect(try parse(.duration(in: .zero...(.seconds(100_000))), text).get() == expected)
    }

    @Test(arguments: ["", "s", "-1s", "1.5s", "5 parsecs", "100001s", "99999999999999999999", "5s5"])
    func `what is no duration, or is out of range, is refused`(text: String) {
        #expect(throws: SettingFault.self) { try parse(.duration(in: .zero...(.seconds(100_000))), text).get() }
    }

    @Test(arguments: [("1024", 1024), ("64KiB", 65_536), ("10MB", 10_000_000), ("1m", 1 << 20), ("2 GiB", 2 << 30)])
    func `sizes are read in every unit`(text: String, expected: Int) throws {
        #expect(try parse(.bytes(in: 0...(4 << 30)), text).get() == expected)
    }

    @Test(arguments: ["9223372036854775807GiB", "1XB", "KiB", "-1"])
    func `what is no size is refused, also when it overflows`(text: String) {
        #expect(throws: SettingFault.self) { try parse(.bytes(in: 0...(4 << 30)), text).get() }
    }

    @Test func `numbers, ports, ratios, flags and choices know their limits`() throws {
        #expect(try parse(.integer(in: 1...9), "9").get() == 9)
        #expect(throws: SettingFault("is out of range")) { try parse(.integer(in: 1...9), "10").get() }
        #expect(throws: SettingFault("is not a whole number")) { try parse(.integer(in: 1...9), "9x").get() }
        #expect(try parse(.port, "65535").get() == 65_535)
        #expect(throws: SettingFault("is not a port")) { try parse(.port, "0").get() }
        #expect(throws: SettingFault("is not a port")) { try parse(.port, "65536").get() }
        #expect(try parse(.ratio, "0.25").get() == 0.25)
        #expect(throws: SettingFault.self) { try parse(.ratio, "1.01").get() }
        #expect(throws: SettingFault.self) { try parse(.ratio, "nan").get() }
        #expect(try ["yes", "ON", "1", "true"].map { try parse(.flag, $0).get() } == [true, true, true, true])
        #expect(try ["no", "off", "0", "False"].map { try parse(.flag, $0).get() } == [false, false, false, false])
        #expect(throws: SettingFault.self) { try parse(.flag, "maybe").get() }
        #expect(try parse(.choice(of: LogLevel.self), "WARN").get() == .warn)
        #expect(throws: SettingFault.self) { try parse(.choice(of: LogLevel.self), "loud").get() }
    }

    @Test func `lists skip empty places and refuse the whole for one bad part`() throws {
        #expect(try parse(.list(of: .port), "1, 2,,3 ").get() == [1, 2, 3])
        #expect(throws: SettingFault("is not a port")) { try parse(.list(of: .port), "1,x").get() }
    }

    @Test func `addresses are taken apart and never show their password`() throws {
        let address = try Endpoint("postgresql://app:hunter2@[::1]:5432/calls?sslmode=require&password=hunter3")
        #expect(address.scheme == "postgresql")
        #expect(address.host == "::1")
        #expect(address.port == 5432)
        #expect(address.path == "/calls")
        #expect(address.description == "postgresql://[::1]:5432/calls")
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!dumped.contains("hunter"))
        #expect(!"\(address)".contains("hunter"))
        #expect(address.revealed.contains("hunter2"))
        #expect(try Endpoint("postgresql:///app?host=/run/sock").host == "")
        #expect(try Endpoint("HTTPS://example.org").scheme == "https")
    }

    @Test(arguments: [
        "", "example.org", "://x", "1http://x", "http://x:0", "http://x:65536", "http://x:8o", "http://[::1",
        "http://[::1]x",
        "http://a b", "http://x/\u{7f}", "http://é",
    ])
    func `what is no address is refused`(text: String) {
        #expect(throws: SettingFault.self) { try Endpoint(text) }
    }

    @Test func `an address needs one of the schemes, and the web a host`() throws {
        #expect(throws: SettingFault.self) { try parse(.endpoint("https"), "http://x").get() }
        #expect(throws: SettingFault("names no host")) { try parse(.endpoint("https"), "https:///x").get() }
    }

    @Test func `public keys are 32 bytes of base64`() throws {
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHv8="
        #expect(try parse(.publicKey, key).get() == Array(0..<31) + [255])
        #expect(throws: SettingFault("holds 3 bytes where a key has 32")) { try parse(.publicKey, "AAEC").get() }
        #expect(throws: SettingFault("is not base64")) { try parse(.publicKey, "AAE!").get() }
        #expect(throws: SettingFault("is not base64")) { try parse(.publicKey, "A").get() }
    }

    @Test func `secrets show in no way of printing`() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        #expect("\(secret) \(String(reflecting: secret)) \(dumped)".contains("hunter2") == false)
        #expect(secret.revealed == "hunter2")
    }

    @Test func `a secret comes from a file, but not from two places`() throws {
        let path = "/tmp/ledgerline-setting-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        let file = try #require(fopen(path, "w"))
        fputs("from-a-file\n", file)
        fclose(file)
        defer { unlink(path) }
        let key: (inout SettingsReader) -> Secret? = { $0.find("GROQ_API_KEY", as: .secret(), "help") }
        #expect(try read(["GROQ_API_KEY_FILE": path], key).get()?.revealed == "from-a-file")
        #expect(throws: SettingsError.self) { try read(["GROQ_API_KEY_FILE": path, "GROQ_API_KEY": "x"], key).get() }
        #expect(throws: SettingsError.self) { try read(["GROQ_API_KEY_FILE": path + ".missing"], key).get() }
        #expect(throws: SettingsError.self) { try read(["GROQ_API_KEY_FILE": "/dev/null"], key).get() }
        #expect(throws: SettingsError.self) { try read(["GROQ_API_KEY_FILE": "/dev/zero"], key).get() }
    }

    @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("LEVLE", "LEVEL", 2)])
    func `the distance of two names counts changed letters`(left: String, right: String, changes: Int) {
        #expect(UnknownSetting.changes(from: left, to: right) == changes)
    }

    @Test func `the collector's address gets the path of traces, unless it is given whole`() throws {
        func tracing(_ variables: [String: String]) throws -> TraceSettings {
            try read(variables) { TraceSettings(&$0) }.get()
        }
        let base = "OTEL_EXPORTER_OTLP_ENDPOINT"
        #expect(try tracing([base: "http://otel:4318"]).endpoint?.revealed == "http://otel:4318/v1/traces")
        #expect(try tracing([base: "http://otel:4318/x/"]).endpoint?.revealed == "http://otel:4318/x/v1/traces")
        let exact = try tracing([base: "http://a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://b/c"])
        #expect(exact.endpoint?.revealed == "https://b/c")
        let headers = try tracing(["OTEL_EXPORTER_OTLP_HEADERS": "Api-Key=a%20b%3D, x=%C3%A9"]).headers
        #expect(headers.map { "\($0.name)=\($0.value.revealed)" } == ["api-key=a b=", "x=é"])
        for bad in ["novalue", "=x", "a b=c", "a=%0d%0a", "a=%g0", "a=%2", "a=%ff"] {
            #expect(throws: SettingsError.self) { try tracing(["OTEL_EXPORTER_OTLP_HEADERS": bad]) }
        }
    }
}
