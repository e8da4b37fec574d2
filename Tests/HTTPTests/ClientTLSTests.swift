import Loop
import TestKit
import Testing

@testable import HTTP

/// Whom the client believes.
@Suite(.timeLimit(.minutes(2))) struct ClientTLSTests {
    struct Case: CustomStringConvertible, Sendable {
        let description: String
        let certificate: TLSFront.Certificate
        let trust: @Sendable (TLSFront) -> HTTPClientSettings.Trust
        let code: HTTPClientError.Code?
    }

    static let cases = [
        Case(
            description: "its authority is ours", certificate: .good, trust: { .authorities(path: $0.authority) },
            code: nil),
        Case(description: "nobody's authority", certificate: .good, trust: { _ in .system }, code: .certificateRefused),
        Case(
            description: "another host's", certificate: .otherHost, trust: { .authorities(path: $0.authority) },
            code: .certificateRefused),
        Case(
            description: "expired", certificate: .expired, trust: { .authorities(path: $0.authority) },
            code: .certificateRefused),
        Case(
            description: "signed by itself", certificate: .selfSigned, trust: { .authorities(path: $0.authority) },
            code: .certificateRefused),
        Case(
            description: "a missing file of authorities", certificate: .good,
            trust: { _ in .authorities(path: "/nowhere.pem") }, code: .tlsFailed),
    ]

    @Test(arguments: cases) func `a certificate is believed or refused`(_ one: Case) async throws {
        try await Loops.with { loops in
            let loop = loops.first
            try await ScriptedServer.with(on: loop, script: ClientTests.friendly) { server in
                try await TLSFront.with(one.certificate, before: server.port, on: loop) { front in
                    var settings = HTTPClientSettings()
                    settings.trust = one.trust(front)
                    let client = HTTPClient(loop: loop, settings: settings)
                    defer { client.shutdown() }
                    let request = ClientRequest(.get, "https://localhost:\(front.port)/")
                    let code = try await ClientTests.failure {
                        let body = try await client.send(request).body.whole()
                        #expect(body == Array("ok".utf8))
                    }
                    #expect(code == one.code && client.statistics.transfers == 0)
                    if one.code != nil { #expect(server.accepted == 0, "nothing may be sent to a stranger") }
                }
            }
        }
    }
}
