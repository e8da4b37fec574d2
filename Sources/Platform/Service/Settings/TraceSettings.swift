/// Where traces go and how many are taken; the names are OpenTelemetry's own.
package struct TraceSettings: Sendable {
    /// The collector's address for traces, complete with its path; without it nothing is exported.
    package let endpoint: Endpoint?
    package let headers: [TraceHeader]
    package let serviceName: String?
    package let ratio: Double

    init(_ reader: inout SettingsReader) {
        let base = reader.find(
            "OTEL_EXPORTER_OTLP_ENDPOINT", as: .collector, "The OpenTelemetry collector; /v1/traces is appended.")
        let exact = reader.find(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", as: .endpoint("http", "https"),
            "The collector's address for traces, used as it is.")
        endpoint = exact ?? base
        headers =
            reader.find(
                "OTEL_EXPORTER_OTLP_HEADERS", as: .list(of: .traceHeader), "Headers for the collector, such as its key."
            ) ?? []
        serviceName = reader.find(
            "OTEL_SERVICE_NAME", as: .text("a name", example: "ledgerline-api"),
            "The name of this process in traces.")
        ratio = reader.read(
            "LEDGERLINE_TRACE_RATIO", as: .ratio, else: .always("0.05"),
            "The share of requests that begin a sampled trace; a caller's own decision is kept.")
    }
}

/// A header sent with each batch of spans; its value is often a key.
package struct TraceHeader: Sendable {
    package let name: String
    package let value: Secret
}

extension SettingKind where Value == Endpoint {
    /// The base address of a collector, with the path of its traces put behind it.
    fileprivate static var collector: Self {
        let plain = endpoint("http", "https")
        return SettingKind(expected: plain.expected, example: "http://localhost:4318") { text throws(SettingFault) in
            _ = try plain.parse(text)
            return try plain.parse(text + (text.hasSuffix("/") ? "v1/traces" : "/v1/traces"))
        }
    }
}

extension SettingKind where Value == TraceHeader {
    fileprivate static var traceHeader: Self {
        SettingKind(expected: "name=value with the value percent-encoded", example: "api-key=…", visibility: .secret) {
            text throws(SettingFault) in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw SettingFault("holds a part that is not name=value")
            }
            let name = text[..<equals].trimmed.lowercased()
            let isToken = name.utf8.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
            }
            guard isToken, !name.isEmpty else { throw SettingFault("holds a name that is no header name") }
            guard let value = percentDecoded(text[text.index(after: equals)...].trimmed) else {
                throw SettingFault("holds a value that is not percent-encoded")
            }
            return TraceHeader(name: name, value: Secret(value))
        }
    }
}

/// Nil for a broken escape, for what is not UTF-8, and for control characters, which have no place in a header.
private func percentDecoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        guard byte == UInt8(ascii: "%") else {
            bytes.append(byte)
            continue
        }
        guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
            return nil
        }
        bytes.append(high << 4 | low)
    }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
}
