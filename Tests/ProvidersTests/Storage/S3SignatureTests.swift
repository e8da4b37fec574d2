import Crypto
import Testing
import Wire

@testable import Providers

/// The examples that AWS publishes for S3: its keys, its requests, its signatures.
@Suite struct S3SignatureTests {
    private static let signature = S3Signature(
        accessKey: "AKIAIOSFODNN7EXAMPLE",
        secretKey: Crypto.Secret(text: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), region: "us-east-1")
    private static let host = ("host", "examplebucket.s3.amazonaws.com")
    private static let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    private static let date = S3Date(Timestamp(seconds: 1_369_353_600))

    private static func code(
        _ method: String, _ path: String, _ query: [(String, String)] = [], _ headers: [(String, String)] = [],
        payload: String = empty
    ) -> String {
        let own = [host, ("x-amz-content-sha256", payload), ("x-amz-date", date.text)]
        return signature.code(
            S3Signature.Signed(method, path: path, query: query, headers: own + headers, payload: payload), date)
    }

    @Test func `the published requests have their published signatures`() {
        #expect(Self.date.text == "20130524T000000Z")
        #expect(
            Self.code("GET", "/test.txt", [], [("range", "bytes=0-9")])
                == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        #expect(
            Self.code(
                "PUT", "/" + S3Signature.encoded("test$file.text"), [],
                [("date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                payload: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072")
                == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
        #expect(
            Self.code("GET", "/", [("lifecycle", "")])
                == "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543")
        #expect(
            Self.code("GET", "/", [("prefix", "J"), ("max-keys", "2")])
                == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
    }

    @Test func `the published link is what we make, and the header is as it should be written`() {
        let query = Self.signature.query(
            "GET", path: "/test.txt", host: Self.host.1, seconds: 86_400, at: Self.date)
        #expect(
            query
                == "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        )
        let long = Self.signature.query("GET", path: "/", host: "h", seconds: .max, at: Self.date)
        #expect(long.contains("X-Amz-Expires=\(S3Signature.linkSecondsMax)&"))
        let signed = S3Signature.Signed(
            "GET", path: "/test.txt",
            headers: [
                ("x-amz-date", Self.date.text), Self.host, ("x-amz-content-sha256", Self.empty),
                ("range", " bytes=0-9 "),
            ], payload: Self.empty)
        #expect(
            Self.signature.authorization(signed, at: Self.date)
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        )
    }
}
