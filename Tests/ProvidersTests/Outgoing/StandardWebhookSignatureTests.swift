import Crypto
import Providers
import Testing
import Wire

/// Known answers: the first is that of the specification's own libraries.
struct StandardWebhookSignatureTests {
    private struct Vector {
        let secret: String
        let id: String
        let seconds: Int64
        let body: String
        let code: String
    }

    private static let vectors = [
        Vector(
            secret: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330,
            body: #"{"test": 2432232314}"#, code: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        Vector(
            secret: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", id: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", seconds: 1_795_000_000,
            body: #"{"type":"call.ended"}"#, code: "v1,1kFBAP9MQe3GEqGHLUvku1mslfDie/8QROS/xGz77vU="),
    ]

    @Test func `a signature is what others reckon`() throws {
        let secrets = try Self.vectors.map { Secret(copying: try Base64.standard.decode($0.secret)) }
        for (vector, secret) in zip(Self.vectors, secrets) {
            let text = StandardWebhookSignature.text(
                id: vector.id, seconds: vector.seconds, body: Array(vector.body.utf8), secrets: [secret])
            #expect(text == vector.code)
        }
        let both = StandardWebhookSignature.text(
            id: Self.vectors[0].id, seconds: Self.vectors[0].seconds, body: Array(Self.vectors[0].body.utf8),
            secrets: secrets)
        let codes = both.split(separator: " ")
        #expect(codes.count == 2 && codes[0] == Self.vectors[0].code && codes[1] != codes[0])
    }
}
